/** One button of the bar: icon, word where there is room, and what screen readers hear besides. */
import { type Ref, useId } from 'react';
import { Button, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';
import styles from './bar.module.css';
import { ForScreenReaders } from './controls.tsx';
import { Icon, type IconName } from './icons.tsx';

interface BarButtonProps extends Pick<ButtonProps, 'onPress'> {
  readonly ref?: Ref<HTMLButtonElement>;
  readonly icon: IconName;
  readonly label: string;
  /** The key that does the same. */
  readonly hint?: string;
  /** `off`: microphone or camera; `forbidden`: says why when it is pressed; `raised`: the hand; `active`: goes on until it is pressed again. */
  readonly look?: 'plain' | 'off' | 'forbidden' | 'raised' | 'active' | 'danger';
  /** Of a panel that it opens. */
  readonly isExpanded?: boolean;
  readonly count?: number;
  /** A number that asks for attention. */
  readonly badge?: string | undefined;
  /** A shortcut to something in *More*, where there is room for it. */
  readonly isExtra?: boolean;
  /** Needs no word, even where there is room. */
  readonly isKnownByIcon?: boolean;
  /** In words, what else there is to know. */
  readonly description?: string | undefined;
}

/** The pointer leaves focus where it is, so that the space bar stays push-to-talk after a click. */
export function BarButton({ icon, label, hint, look = 'plain', isExpanded, ...props }: BarButtonProps) {
  const { count, badge, isExtra, isKnownByIcon, description, ...press } = props;
  const descriptionId = useId();
  return (
    <>
      <TooltipTrigger delay={500}>
        <Button
          {...press}
          {...(isExpanded !== undefined && { 'aria-expanded': isExpanded })}
          {...(description !== undefined && { 'aria-describedby': descriptionId })}
          preventFocusOnPress
          aria-label={label}
          className={styles.button ?? ''}
          data-look={look}
          data-is-extra={isExtra || undefined}
          data-is-known-by-icon={isKnownByIcon || undefined}
        >
          <Icon name={icon} />
          <span className={styles.label}>{label}</span>
          {/* Drawn by the style: the description says them in words. */}
          {count !== undefined && <span className={styles.count} data-value={count} />}
          {badge !== undefined && <span className={styles.badge} data-value={badge} />}
        </Button>
        <Tooltip className={styles.tooltip ?? ''} offset={8}>
          {look === 'forbidden' ? description : label}
          {hint !== undefined && <kbd>{hint}</kbd>}
        </Tooltip>
      </TooltipTrigger>
      {description !== undefined && (
        <ForScreenReaders>
          <span id={descriptionId}>{description}</span>
        </ForScreenReaders>
      )}
    </>
  );
}
