/** The call: the stage, and one quiet bar that never covers a face. */
import { useState } from 'react';
import type { CallModel } from '../state/call.ts';
import type { MeetingModel } from '../state/meeting.ts';
import { Bar } from './bar.tsx';
import { BroadcastDialog } from './broadcast-dialog.tsx';
import { BroadcastMark } from './broadcast-mark.tsx';
import styles from './call.module.css';
import { CallNotices } from './call-notices.tsx';
import { ChatHint } from './chat-hint.tsx';
import { ChatPanel } from './chat-panel.tsx';
import { ConnectionPanel } from './connection-panel.tsx';
import { ForScreenReaders } from './controls.tsx';
import { FileDrop } from './file-drop.tsx';
import { FocusedHeading } from './focused-heading.tsx';
import { HelpDialog } from './help.tsx';
import { IncomingInvitation } from './incoming-invitation.tsx';
import { Invitation } from './invitation.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import type { BarDialog } from './more-menu.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { RecordingMark } from './recording-mark.tsx';
import { SettingsDialog } from './settings.tsx';
import { SharingStrip } from './sharing-strip.tsx';
import { Stage } from './stage.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { useSignal } from './use-signal.ts';

interface CallProps {
  readonly meeting: MeetingModel;
  readonly call: CallModel;
  /** Goes to the page of another room. */
  readonly joinOther: (room: string) => void;
}

export function Call({ meeting, call, joinOther }: CallProps) {
  const [dialog, setDialog] = useState<BarDialog>();
  const { preferences } = meeting;
  useShortcuts(call, preferences, () => setDialog('help'));
  const closeDialog = () => setDialog(undefined);
  return (
    <FileDrop call={call} className={styles.call ?? ''}>
      <FocusedHeading>Call in {meeting.room}</FocusedHeading>
      <div className={styles.main}>
        <div className={styles.view}>
          <div className={styles.marks}>
            <RecordingMark call={call} />
            <BroadcastMark call={call} />
          </div>
          <SharingStrip call={call} />
          <Stage call={call} preferences={preferences} />
          <InvitationWhileAlone meeting={meeting} call={call} />
          <CallNotices call={call}>
            <IncomingInvitation meeting={meeting} isInCall onJoin={joinOther} />
          </CallNotices>
          <ChatHint call={call} />
        </div>
        <OpenPanel call={call} />
      </div>
      <Bar meeting={meeting} call={call} onOpen={setDialog} />
      <HelpDialog
        isOpen={dialog === 'help'}
        onOpenChange={(isOpen) => setDialog(isOpen ? 'help' : undefined)}
        preferences={preferences}
      />
      <SettingsDialog
        isOpen={dialog === 'settings'}
        onClose={closeDialog}
        devices={call.devices}
        preferences={preferences}
      />
      <InviteDialog
        isOpen={dialog === 'invite'}
        onClose={closeDialog}
        call={call}
        roomUrl={meeting.roomUrl}
      />
      <BroadcastDialog
        isOpen={dialog === 'broadcast'}
        onClose={closeDialog}
        call={call}
        roomUrl={meeting.roomUrl}
      />
      <Announcer call={call} />
    </FileDrop>
  );
}

function InvitationWhileAlone({ meeting, call }: Omit<CallProps, 'joinOther'>) {
  return useSignal(call.count) <= 1 ? <Invitation url={meeting.roomUrl} /> : null;
}

function OpenPanel({ call }: { readonly call: CallModel }) {
  const shown = useSignal(call.panels.shown);
  switch (shown) {
    case 'chat':
      return <ChatPanel call={call} />;
    case 'people':
      return <PeoplePanel call={call} />;
    case 'connection':
      return <ConnectionPanel call={call} />;
    case undefined:
      return null;
  }
}

function Announcer({ call }: { readonly call: CallModel }) {
  const words = useSignal(call.announcement);
  return (
    <ForScreenReaders>
      <span role="status">{words}</span>
    </ForScreenReaders>
  );
}
