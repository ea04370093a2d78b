/** That the room is broadcast: always in view, with how many look on, and the link to hand out. */
import type { CallModel } from '../state/call.ts';
import styles from './broadcast-mark.module.css';
import { IconButton } from './controls.tsx';
import { Audience, LiveMark } from './live-mark.tsx';
import { useCopy } from './use-copy.ts';
import { useSignal } from './use-signal.ts';

export function BroadcastMark({ call: { broadcast } }: { readonly call: CallModel }) {
  const shown = useSignal(broadcast.shown);
  // The region is there before its words, so that they are read out; not so the number, which changes all the time.
  return (
    <div className={styles.region}>
      <div role="status" className={styles.status}>
        {shown !== undefined && <LiveMark />}
      </div>
      {shown !== undefined && (
        <>
          <Audience count={shown.audience} />
          <CopyLink url={shown.url} />
        </>
      )}
    </div>
  );
}

function CopyLink({ url }: { readonly url: string }) {
  const { isCopied, copy } = useCopy(url);
  return (
    <IconButton
      icon={isCopied ? 'check' : 'link'}
      aria-label={isCopied ? 'Copied the link of the broadcast' : 'Copy the link of the broadcast'}
      onPress={copy}
    />
  );
}
