/** Ways to bring people in: the room's own link, links for guests that lead past the lobby, and ringing. */
import { useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import { type GuestRole, guestLinkWords, validities } from '../state/guest-link.ts';
import appearance from './appearance.module.css';
import { ActionButton } from './controls.tsx';
import { CopyField } from './copy-field.tsx';
import styles from './invite-dialog.module.css';
import { ModalDialog } from './modal.tsx';
import { RingPeople } from './ring-people.tsx';
import { SelectMenu } from './select-menu.tsx';
import { useSignal } from './use-signal.ts';

interface InviteDialogProps {
  readonly call: CallModel;
  readonly roomUrl: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function InviteDialog({ call, roomUrl, isOpen, onClose }: InviteDialogProps) {
  const { invite } = useSignal(call.room.permissions);
  return (
    <ModalDialog title="Invite people" isOpen={isOpen} onClose={onClose}>
      <section className={styles.part} aria-label="Link to this room">
        <p>{useLinkWords(call)}</p>
        <CopyField label="Link to this room" url={roomUrl} what="link" />
      </section>
      {invite && (
        <section className={styles.part} aria-label="Guest link">
          <h3>Guest link</h3>
          <GuestLinkMaker call={call} />
        </section>
      )}
      {invite && (
        <section className={styles.part} aria-label="Ring somebody">
          <h3>Ring somebody</h3>
          <RingPeople ringing={call.ringing} />
        </section>
      )}
      <OwnAddress ringing={call.ringing} />
    </ModalDialog>
  );
}

/** For those, too, who may not invite: others can ring them. */
function OwnAddress({ ringing }: Pick<CallModel, 'ringing'>) {
  const ownUrl = useSignal(ringing.ownUrl);
  if (ownUrl === undefined) return null;
  return (
    <section className={styles.part} aria-label="My own address">
      <details>
        <summary className={styles.summary}>My own address, for others to ring me</summary>
        <CopyField label="My own address" url={ownUrl} what="address" />
      </details>
    </section>
  );
}

/** What the room's own link does as the room is set now. */
function useLinkWords(call: CallModel): string {
  const { isLocked, hasLobby, guests } = useSignal(call.room.settings);
  if (isLocked) return 'The room is locked: this link works when it is unlocked.';
  if (guests === 'refused') return 'With this link only people come in who have signed in or were invited.';
  if (hasLobby) return 'Who opens this link waits until somebody lets them in.';
  return guests === 'lobby'
    ? 'Who opens this link as a guest waits until somebody lets them in.'
    : 'Whoever opens this link comes in.';
}

function GuestLinkMaker({ call }: { readonly call: CallModel }) {
  const { guestLink } = call;
  const state = useSignal(guestLink.state);
  const [role, setRole] = useState<GuestRole>('participant');
  const [validFor, setValidFor] = useState('86400');
  if (state.name === 'created') {
    return (
      <>
        <p className={styles.words}>{guestLinkWords(state.role, state.link.expires, new Date())}</p>
        <CopyField label="Guest link" url={state.link.url} what="guest link" isFresh />
        <ActionButton onPress={guestLink.reset}>Create another</ActionButton>
      </>
    );
  }
  return (
    <>
      <p className={styles.words}>
        Lets in whoever has it, without an account and without waiting, unless the room is locked.
      </p>
      <GuestRoleChoice role={role} onChange={setRole} />
      <SelectMenu
        label="Valid for"
        icon="link"
        choices={validities}
        chosen={validFor}
        emptyText="Valid for"
        onChoose={setValidFor}
      />
      {state.name === 'failed' && (
        <p className={styles.failure} role="alert">
          {state.words.title}. {state.words.happened}
        </p>
      )}
      <ActionButton
        onPress={() => {
          if (state.name !== 'creating') guestLink.create(role, Number(validFor));
        }}
      >
        {state.name === 'creating' ? 'Creating…' : 'Create guest link'}
      </ActionButton>
    </>
  );
}

interface GuestRoleChoiceProps {
  readonly role: GuestRole;
  readonly onChange: (role: GuestRole) => void;
}

function GuestRoleChoice({ role, onChange }: GuestRoleChoiceProps) {
  return (
    <RadioGroup
      className={appearance.choice ?? ''}
      value={role}
      onChange={(chosen) => onChange(chosen as GuestRole)}
    >
      <Label className={appearance.label ?? ''}>Guests with this link</Label>
      <div className={appearance.options}>
        <Radio value="participant" className={appearance.option ?? ''}>
          Take part
        </Radio>
        <Radio value="listener" className={appearance.option ?? ''}>
          Only listen
        </Radio>
      </div>
    </RadioGroup>
  );
}
