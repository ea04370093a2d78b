/** The palette of reactions, behind a button of the bar, or behind *More*. It stays open: applause is more than one. */
import type { RefObject } from 'react';
import { Button, Dialog, DialogTrigger, Popover, type PopoverProps } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import { palette } from '../state/reactions.ts';
import { BarButton } from './bar-button.tsx';
import styles from './reactions.module.css';
import { isSideways, useMedia } from './use-media.ts';
import { useSignal } from './use-signal.ts';

interface ReactionsProps {
  readonly call: CallModel;
}

export function ReactionButton({ call }: ReactionsProps) {
  const { chat: maySend } = useSignal(call.room.permissions);
  if (!maySend) return null;
  return (
    <DialogTrigger>
      <BarButton icon="reaction" label="React" isExtra isKnownByIcon />
      <Palette call={call} />
    </DialogTrigger>
  );
}

interface ReactionPaletteProps extends ReactionsProps {
  /** Beside which it opens. */
  readonly anchor: RefObject<Element | null>;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** The same, opened by something else. */
export function ReactionPalette({ call, anchor, ...state }: ReactionPaletteProps) {
  return <Palette call={call} triggerRef={anchor} {...state} />;
}

type PaletteProps = ReactionsProps & Pick<PopoverProps, 'triggerRef' | 'isOpen' | 'onOpenChange'>;

function Palette({ call: { reactions }, ...popover }: PaletteProps) {
  const placement = useMedia(isSideways) ? 'left' : 'top';
  return (
    <Popover {...popover} className={styles.popover ?? ''} placement={placement} offset={8}>
      <Dialog className={styles.palette ?? ''} aria-label="Reactions">
        {palette.map(({ emoji, word }) => (
          <Button
            key={emoji}
            className={styles.choice ?? ''}
            aria-label={word}
            onPress={() => reactions.react(emoji)}
          >
            <span aria-hidden="true">{emoji}</span>
          </Button>
        ))}
      </Dialog>
    </Popover>
  );
}
