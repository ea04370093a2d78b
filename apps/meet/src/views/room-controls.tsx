/** How the room is set, for moderators; and for hosts its end. */
import { useState } from 'react';
import { Button, Input, Label, Switch, TextField } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import { ActionButton } from './controls.tsx';
import { Icon } from './icons.tsx';
import { Confirmation, ModalDialog } from './modal.tsx';
import panelStyles from './panel.module.css';
import { RecordingList } from './recording-list.tsx';
import styles from './room-controls.module.css';
import { type Choice, SelectMenu } from './select-menu.tsx';
import { useSignal } from './use-signal.ts';

type GuestPolicy = CallModel['room']['settings']['current']['guests'];

type Layout = NonNullable<CallModel['room']['settings']['current']['layout']>;

const guestChoices: readonly (Choice & { readonly id: GuestPolicy })[] = [
  { id: 'welcome', label: 'Guests are welcome' },
  { id: 'lobby', label: 'Guests wait in the lobby' },
  { id: 'refused', label: 'Only guests with an invitation' },
];

const layoutChoices: readonly (Choice & { readonly id: Layout })[] = [
  { id: 'auto', label: 'One picture: chosen for you' },
  { id: 'grid', label: 'One picture: all alike' },
  { id: 'speaker', label: 'One picture: who speaks is large' },
  { id: 'presentation', label: 'One picture: what is shared is large' },
];

/** Open or not is kept here only: after a while the list matters again. */
export function RoomControls({ call }: { readonly call: CallModel }) {
  const [isOpen, setIsOpen] = useState(false);
  const { isLocked, hasLobby } = useSignal(call.room.settings);
  const state = [isLocked ? 'Locked' : 'Open', hasLobby ? 'lobby on' : ''].filter(Boolean).join(', ');
  return (
    <section className={styles.room} aria-label="Room">
      <h3>
        <Button className={styles.opener ?? ''} aria-expanded={isOpen} onPress={() => setIsOpen(!isOpen)}>
          <Icon name={isLocked ? 'lock' : 'door'} isSmall />
          <span className={styles.name}>Room</span>
          <span className={styles.state}>{state}</span>
          <span className={styles.arrow} data-is-open={isOpen || undefined}>
            <Icon name="down" isSmall />
          </span>
        </Button>
      </h3>
      {isOpen && <Controls call={call} />}
    </section>
  );
}

function Controls({ call }: { readonly call: CallModel }) {
  const { moderation, room } = call;
  const { isLocked, hasLobby, guests, layout = 'auto' } = useSignal(room.settings);
  const isComposite = useSignal(call.composite.isShown);
  const { own } = useSignal(room.permissions);
  return (
    <div className={styles.controls}>
      <RoomSwitch
        label="Lock the room"
        hint="Nobody else comes in, except moderators."
        isOn={isLocked}
        onChange={(isNow) => moderation.changeSettings({ isLocked: isNow })}
      />
      <RoomSwitch
        label="Lobby"
        hint="Everybody waits until somebody lets them in."
        isOn={hasLobby}
        onChange={(isNow) => moderation.changeSettings({ hasLobby: isNow })}
      />
      <SelectMenu
        label="Guests"
        icon="people"
        choices={guestChoices}
        chosen={guests}
        emptyText="Guests"
        onChoose={(id) => moderation.changeSettings({ guests: id as GuestPolicy })}
      />
      {isComposite && (
        <SelectMenu
          label="One picture of everybody"
          icon="screen"
          choices={layoutChoices}
          chosen={layout}
          emptyText="One picture of everybody"
          onChoose={(id) => moderation.changeSettings({ layout: id as Layout })}
        />
      )}
      <RecordingList call={call} />
      <TitleForm call={call} />
      {own && <EndForAll onEnd={moderation.endForAll} />}
    </div>
  );
}

interface RoomSwitchProps {
  readonly label: string;
  readonly hint: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function RoomSwitch({ label, hint, isOn, onChange }: RoomSwitchProps) {
  return (
    <Switch className={panelStyles.switch ?? ''} isSelected={isOn} onChange={onChange}>
      <span>
        {label}
        <span className={styles.hint}>{hint}</span>
      </span>
      <span className={panelStyles.knob} />
    </Switch>
  );
}

function TitleForm({ call }: { readonly call: CallModel }) {
  const { title } = useSignal(call.room.settings);
  const [typed, setTyped] = useState<string>();
  const text = typed ?? title;
  const isChanged = text.trim() !== title && text.trim() !== '';
  return (
    <form
      className={styles.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) call.moderation.changeSettings({ title: text.trim() });
        setTyped(undefined);
      }}
    >
      <TextField className={styles.field ?? ''} value={text} onChange={setTyped} maxLength={120}>
        <Label>Title</Label>
        <Input className={styles.input ?? ''} dir="auto" enterKeyHint="done" />
      </TextField>
      {isChanged && (
        <ActionButton type="submit" look="primary">
          Save
        </ActionButton>
      )}
    </form>
  );
}

function EndForAll({ onEnd }: { readonly onEnd: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  const close = () => setIsAsking(false);
  return (
    <>
      <ActionButton look="plain" icon="leave" onPress={() => setIsAsking(true)}>
        End the call for everybody
      </ActionButton>
      <ModalDialog title="End the call for everybody?" isOpen={isAsking} onClose={close} role="alertdialog">
        <p>Everybody is put out, and the room closes. Its chat is lost.</p>
        <Confirmation
          action="End it for everybody"
          onCancel={close}
          onConfirm={() => {
            close();
            onEnd();
          }}
        />
      </ModalDialog>
    </>
  );
}
