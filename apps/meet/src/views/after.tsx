/** After the call: why it ended, and the ways on. */
import { type ErrorWords, errorDetails, errorWords, type Failure } from '../state/error-words.ts';
import type { MeetingModel } from '../state/meeting.ts';
import { ActionButton } from './controls.tsx';
import { Message } from './message.tsx';

interface AfterProps {
  readonly meeting: MeetingModel;
  readonly failure: Failure | undefined;
  readonly isRejoining: boolean;
  readonly goToLanding: () => void;
}

const left: ErrorWords = {
  title: 'You left the call',
  happened: 'Your camera and microphone are off.',
  advice: '',
  remedy: 'rejoin',
};

export function After({ meeting, failure, isRejoining, goToLanding }: AfterProps) {
  const words = failure === undefined ? left : errorWords(failure);
  const isReload = words.remedy === 'reload';
  const isRoomGone = words.remedy === 'new-room';
  return (
    <Message
      title={words.title}
      lines={[words.happened, words.advice]}
      details={failure === undefined ? undefined : errorDetails(failure)}
    >
      {isReload ? (
        <ActionButton look="primary" onPress={() => location.reload()}>
          Reload
        </ActionButton>
      ) : (
        <ActionButton
          look={isRoomGone ? 'plain' : 'primary'}
          isPending={isRejoining}
          onPress={meeting.rejoin}
        >
          {isRejoining ? 'Joining…' : 'Rejoin'}
        </ActionButton>
      )}
      <ActionButton look={isRoomGone ? 'primary' : 'plain'} onPress={goToLanding}>
        New room
      </ActionButton>
    </Message>
  );
}
