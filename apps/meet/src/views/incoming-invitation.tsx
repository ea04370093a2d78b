/** Somebody asks one into another room. */
import type { Invitation } from '@plenum/client';
import { useEffect } from 'react';
import type { MeetingModel } from '../state/meeting.ts';
import { ActionButton, IconButton } from './controls.tsx';
import styles from './incoming-invitation.module.css';
import { ActionMenu } from './menu.tsx';
import { Toast } from './toast.tsx';
import { useSignal } from './use-signal.ts';

interface IncomingInvitationProps {
  readonly meeting: MeetingModel;
  readonly isInCall: boolean;
  readonly onJoin: (room: string) => void;
}

/** What one says most often; anything longer is for the chat. */
const reasons = [
  'I cannot talk now',
  'I will call you later',
  'I am in another call',
  'I will come a bit later',
];
const entries = reasons.map((label) => ({ id: label, label }));

/** Whoever invited is told after a minute that nobody answered. */
const ringingMs = 60_000;

/** In the call among the other notices, else over the page. */
export function IncomingInvitation({ meeting, isInCall, onJoin }: IncomingInvitationProps) {
  const invitation = useSignal(meeting.invitation);
  const { putInvitationAway } = meeting;
  useEffect(() => {
    if (invitation === undefined) return;
    const timer = setTimeout(putInvitationAway, ringingMs);
    return () => clearTimeout(timer);
  }, [invitation, putInvitationAway]);
  // The region is there before its words, so that they are read out.
  return (
    <div className={isInCall ? '' : styles.overPage} role="status">
      {invitation !== undefined && (
        <Ringing
          invitation={invitation}
          isInCall={isInCall}
          onDecline={meeting.declineInvitation}
          onJoin={() => {
            putInvitationAway();
            onJoin(invitation.roomId);
          }}
        />
      )}
    </div>
  );
}

interface RingingProps {
  readonly invitation: Invitation;
  readonly isInCall: boolean;
  readonly onDecline: (reason?: string) => void;
  readonly onJoin: () => void;
}

function Ringing({ invitation, isInCall, onDecline, onJoin }: RingingProps) {
  const { from, title } = invitation;
  return (
    <Toast
      icon="invite"
      title={
        <>
          <bdi>{from.name}</bdi> invites you to <bdi>{title}</bdi>
        </>
      }
      text={isInCall ? 'If you join, you leave this call.' : ''}
    >
      <ActionButton look="primary" onPress={onJoin}>
        Join {title}
      </ActionButton>
      <ActionButton onPress={() => onDecline()}>Decline</ActionButton>
      <ActionMenu
        label="Decline and say why"
        button={<IconButton icon="chat" aria-label="Decline and say why" />}
        entries={entries}
        onChoose={onDecline}
      />
    </Toast>
  );
}
