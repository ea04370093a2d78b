/** Who waits to be let in. For moderators; for the others nobody is on it. */
import type { Moderation } from '../state/moderation.ts';
import { ActionButton } from './controls.tsx';
import styles from './people-panel.module.css';
import { useSignal } from './use-signal.ts';

export function WaitingList({ moderation }: { readonly moderation: Moderation }) {
  const waiting = useSignal(moderation.waiting);
  if (waiting.length === 0) return null;
  return (
    <section className={styles.waiting} aria-label="Waiting to come in">
      <div className={styles.waitingHead}>
        <h3>Waiting to come in</h3>
        {waiting.length > 1 && (
          <ActionButton look="primary" onPress={moderation.admitAll}>
            Admit all
          </ActionButton>
        )}
      </div>
      <ul>
        {waiting.map((person) => (
          <li key={person.participantId} className={styles.waitingPerson}>
            <bdi>{person.name}</bdi>
            <ActionButton aria-label={`Admit ${person.name}`} onPress={() => moderation.admit(person)}>
              Admit
            </ActionButton>
            <ActionButton aria-label={`Refuse ${person.name}`} onPress={() => moderation.refuse(person)}>
              Refuse
            </ActionButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
