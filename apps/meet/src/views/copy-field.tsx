/** Something to hand out, and a button that copies it. */
import { ActionButton, ForScreenReaders } from './controls.tsx';
import styles from './copy-field.module.css';
import { useCopy } from './use-copy.ts';

interface CopyFieldProps {
  readonly label: string;
  readonly url: string;
  /** On the button. */
  readonly what: string;
  /** It has just come in place of what had the focus. */
  readonly isFresh?: boolean;
  /** Where something else is what one is to do there. */
  readonly look?: 'primary' | 'plain';
}

export function CopyField({ label, url, what, isFresh = false, look = 'primary' }: CopyFieldProps) {
  const { isCopied, copy } = useCopy(url);
  return (
    <div className={styles.copy}>
      <input
        className={styles.url}
        aria-label={label}
        readOnly
        value={url}
        onFocus={({ target }) => target.select()}
      />
      <ActionButton look={look} icon={isCopied ? 'check' : 'link'} onPress={copy} autoFocus={isFresh}>
        {isCopied ? 'Copied' : `Copy ${what}`}
      </ActionButton>
      <ForScreenReaders>
        <span role="status">{isCopied ? `Copied: ${what}` : ''}</span>
      </ForScreenReaders>
    </div>
  );
}
