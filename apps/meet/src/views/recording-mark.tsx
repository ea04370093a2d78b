/** That the room is recorded: always in view, in the flow, so that it covers nobody. */
import type { CallModel } from '../state/call.ts';
import styles from './recording-mark.module.css';
import { useSignal } from './use-signal.ts';

export function RecordingMark({ call: { recording } }: { readonly call: CallModel }) {
  const isOn = useSignal(recording.isOn);
  // The region is there before its words, so that they are read out.
  return (
    <div role="status" className={styles.region}>
      {isOn && <p className={styles.mark}>Recording</p>}
    </div>
  );
}
