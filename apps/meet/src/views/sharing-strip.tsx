/** What oneself shares, in words instead of a hall of mirrors, and the way to end it. In the flow: it covers nobody. */
import type { CallModel } from '../state/call.ts';
import { ActionButton } from './controls.tsx';
import { Icon } from './icons.tsx';
import styles from './sharing-strip.module.css';
import { useSignal } from './use-signal.ts';

export function SharingStrip({ call: { own } }: { readonly call: CallModel }) {
  const isSharing = useSignal(own.isSharing);
  const hasSound = useSignal(own.isSharingSound);
  if (!isSharing) return null;
  return (
    <section className={styles.strip} aria-label="Your screen" data-is-sharing>
      <Icon name="screen" />
      <p>{hasSound ? 'You are sharing your screen and its sound' : 'You are sharing your screen'}</p>
      {/* Not called as the bar's button is. */}
      <ActionButton onPress={own.toggleScreen}>End</ActionButton>
    </section>
  );
}
