/** Under one's own picture while nobody else is there. */
import { ActionButton } from './controls.tsx';
import styles from './invitation.module.css';
import { useCopy } from './use-copy.ts';

export function Invitation({ url }: { readonly url: string }) {
  const { isCopied, copy } = useCopy(url);
  return (
    <div className={styles.invitation}>
      <p className={styles.words}>
        <strong>Nobody else is here.</strong> <span>Send this link to whoever should come:</span>
      </p>
      <p className={styles.link}>{displayUrl(url)}</p>
      <ActionButton look="primary" icon={isCopied ? 'check' : 'link'} onPress={copy}>
        {isCopied ? 'Link copied' : 'Copy invitation'}
      </ActionButton>
    </div>
  );
}

/** As people write addresses: without the scheme, and with letters instead of percent signs. */
function displayUrl(url: string): string {
  return decodeURI(url).replace(/^https?:\/\//, '');
}
