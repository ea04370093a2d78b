/** Ringing at somebody who has an address: the call comes up on their screen. */
import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { RingingModel } from '../state/ringing.ts';
import appearance from './appearance.module.css';
import { ActionButton } from './controls.tsx';
import styles from './ring-people.module.css';
import { useSignal } from './use-signal.ts';

export function RingPeople({ ringing }: { readonly ringing: RingingModel }) {
  const [user, setUser] = useState('');
  return (
    <>
      <p className={styles.lead}>
        The call comes up on their screen while they have a page of this server open.
      </p>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          ringing.ring(user);
          setUser('');
        }}
      >
        <TextField className={styles.field ?? ''} value={user} onChange={setUser}>
          <Label className={appearance.label ?? ''}>Address</Label>
          <Input
            className={styles.input ?? ''}
            placeholder="user://…"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck="false"
            enterKeyHint="send"
          />
        </TextField>
        <ActionButton type="submit" icon="invite">
          Ring
        </ActionButton>
      </form>
      <Rings ringing={ringing} />
    </>
  );
}

function Rings({ ringing }: { readonly ringing: RingingModel }) {
  const rings = useSignal(ringing.rings);
  return (
    <ul className={styles.rings} aria-label="Rung at" aria-live="polite">
      {rings.map(({ id, user, isRinging, words }) => (
        <li key={id} data-is-ringing={isRinging || undefined}>
          <bdi className={styles.user}>{user}</bdi>
          <span className={styles.words}>{words}</span>
        </li>
      ))}
    </ul>
  );
}
