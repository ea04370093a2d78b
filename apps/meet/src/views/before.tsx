/** Before the call: see and hear oneself, say who one is, join. Nothing here ever blocks joining. */
import { useRef, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { DevicesModel } from '../state/devices.ts';
import { errorDetails, errorWords, type Failure } from '../state/error-words.ts';
import type { MeetingModel } from '../state/meeting.ts';
import { AppearanceMenu } from './appearance.tsx';
import styles from './before.module.css';
import { ActionButton } from './controls.tsx';
import { DeviceMenus } from './device-menus.tsx';
import { DeviceProblems } from './device-problems.tsx';
import { LevelMeter } from './level-meter.tsx';
import { Notice } from './notice.tsx';
import { Preview } from './preview.tsx';
import { useSignal } from './use-signal.ts';
import { Waiting } from './waiting.tsx';

interface BeforeProps {
  readonly meeting: MeetingModel;
  readonly isJoining: boolean;
  /** Held in the lobby. */
  readonly isWaiting: boolean;
  readonly failure: Failure | undefined;
}

export function Before({ meeting, isJoining, isWaiting, failure }: BeforeProps) {
  const devices = useSignal(meeting.devices);
  const [name, setName] = useState(meeting.initialName);
  return (
    <main className={styles.before}>
      <header className={styles.header}>
        <h1 className={styles.room} dir="auto">
          {meeting.room}
        </h1>
        <AppearanceMenu preferences={meeting.preferences} />
      </header>
      <div className={styles.columns}>
        <div className={styles.picture}>
          <Preview devices={devices} name={name} />
          <LevelMeter devices={devices} />
        </div>
        <div className={styles.form}>
          {isWaiting ? (
            <Waiting onCancel={meeting.cancelJoin} />
          ) : (
            <JoinForm meeting={meeting} name={name} onNameChange={setName} isJoining={isJoining} />
          )}
          {failure !== undefined && <JoinFailure failure={failure} />}
          <Devices devices={devices} />
        </div>
      </div>
    </main>
  );
}

function Devices({ devices }: { readonly devices: DevicesModel }) {
  return (
    <>
      <DeviceProblems devices={devices} />
      <DeviceMenus devices={devices} />
    </>
  );
}

function JoinFailure({ failure }: { readonly failure: Failure }) {
  const { title, happened, advice, remedy } = errorWords(failure);
  return (
    <Notice title={title} text={`${happened} ${advice}`} details={errorDetails(failure)}>
      {remedy === 'reload' && <ActionButton onPress={() => location.reload()}>Reload</ActionButton>}
    </Notice>
  );
}

interface JoinFormProps {
  readonly meeting: MeetingModel;
  readonly name: string;
  readonly onNameChange: (name: string) => void;
  readonly isJoining: boolean;
}

function JoinForm({ meeting, name, onNameChange, isJoining }: JoinFormProps) {
  const [isNameMissing, setIsNameMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const join = () => {
    setIsNameMissing(name.trim() === '');
    if (name.trim() === '') field.current?.focus();
    else if (!isJoining) meeting.join(name);
  };
  return (
    <form
      className={styles.join}
      onSubmit={(event) => {
        event.preventDefault();
        join();
      }}
    >
      <TextField
        className={styles.name ?? ''}
        value={name}
        onChange={onNameChange}
        maxLength={80}
        autoComplete="name"
        isInvalid={isNameMissing && name.trim() === ''}
      >
        <Label>Your name</Label>
        <Input ref={field} dir="auto" className={styles.input ?? ''} enterKeyHint="go" />
        {isNameMissing && name.trim() === '' && (
          <p className={styles.missing} role="alert">
            Type a name that the others will see.
          </p>
        )}
      </TextField>
      <div className={styles.actions}>
        <ActionButton look="primary" type="submit">
          {isJoining ? 'Joining…' : 'Join'}
        </ActionButton>
        {isJoining && <ActionButton onPress={meeting.cancelJoin}>Cancel</ActionButton>}
      </div>
    </form>
  );
}
