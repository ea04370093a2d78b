/** The call: the stage, and one quiet bar that never covers a face. */
import { useState } from 'react';
import type { CallModel } from '../state/call.ts';
import type { MeetingModel } from '../state/meeting.ts';
import { Bar } from './bar.tsx';
import styles from './call.module.css';
import { ActionButton, ForScreenReaders } from './controls.tsx';
import { DeviceProblems } from './device-problems.tsx';
import { FocusedHeading } from './focused-heading.tsx';
import { HelpDialog } from './help.tsx';
import { Icon } from './icons.tsx';
import { Invitation } from './invitation.tsx';
import { Stage } from './stage.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { useSignal } from './use-signal.ts';

interface CallProps {
  readonly meeting: MeetingModel;
  readonly call: CallModel;
}

export function Call({ meeting, call }: CallProps) {
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const isAlone = useSignal(call.count) <= 1;
  const { preferences } = meeting;
  useShortcuts(call.devices, preferences, () => setIsHelpOpen(true));
  return (
    <main className={styles.call}>
      <FocusedHeading>Call in {meeting.room}</FocusedHeading>
      <div className={styles.main}>
        <Stage call={call} preferences={preferences} />
        {isAlone && <Invitation url={meeting.roomUrl} />}
        <div className={styles.notices}>
          <ConnectionBanner call={call} />
          <TapToHear call={call} />
          <DeviceProblems devices={call.devices} isDismissible />
        </div>
      </div>
      <Bar meeting={meeting} call={call} onHelp={() => setIsHelpOpen(true)} />
      <HelpDialog isOpen={isHelpOpen} onOpenChange={setIsHelpOpen} preferences={preferences} />
      <Announcer call={call} />
    </main>
  );
}

function ConnectionBanner({ call }: { readonly call: CallModel }) {
  const isInterrupted = useSignal(call.roomState).name === 'interrupted';
  // The region is there before its words, so that they are read out.
  return (
    <div role="status">
      {isInterrupted && (
        <p className={styles.banner}>
          <Icon name="warning" isSmall />
          <span>
            <strong>Connection interrupted.</strong> Reconnecting – the others may not hear you for now.
          </span>
        </p>
      )}
    </div>
  );
}

function TapToHear({ call }: { readonly call: CallModel }) {
  if (!useSignal(call.sound.isBlocked)) return null;
  return (
    <ActionButton look="primary" icon="speaker" onPress={() => call.sound.unblock()}>
      Tap to hear
    </ActionButton>
  );
}

function Announcer({ call }: { readonly call: CallModel }) {
  const words = useSignal(call.announcement);
  return (
    <ForScreenReaders>
      <span role="status">{words}</span>
    </ForScreenReaders>
  );
}
