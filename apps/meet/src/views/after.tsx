/** After the call: why it ended, and the ways on. */
import { type ErrorWords, errorDetails, errorWords, type Failure } from '../state/error-words.ts';
import type { MeetingModel } from '../state/meeting.ts';
import { ActionButton } from './controls.tsx';
import { Message } from './message.tsx';
import { waitingWords } from './waiting.tsx';

interface AfterProps {
  readonly meeting: MeetingModel;
  readonly failure: Failure | undefined;
  /** Set while one rejoins. */
  readonly rejoining: { readonly isWaiting: boolean } | undefined;
  readonly goToLanding: () => void;
}

const left: ErrorWords = {
  title: 'You left the call',
  happened: 'Your camera and microphone are off.',
  advice: '',
  remedy: 'rejoin',
};

export function After({ meeting, failure, rejoining, goToLanding }: AfterProps) {
  const words = failure === undefined ? left : errorWords(failure);
  if (rejoining?.isWaiting) return <WaitingAgain onCancel={meeting.cancelJoin} />;
  const isRejoining = rejoining !== undefined;
  const isReload = words.remedy === 'reload';
  const isRoomGone = words.remedy === 'new-room' || words.remedy === 'none';
  const canRejoin = words.remedy !== 'none';
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
        canRejoin && (
          <ActionButton
            look={isRoomGone ? 'plain' : 'primary'}
            isPending={isRejoining}
            onPress={meeting.rejoin}
          >
            {isRejoining ? 'Joining…' : 'Rejoin'}
          </ActionButton>
        )
      )}
      <ActionButton look={isRoomGone ? 'primary' : 'plain'} onPress={goToLanding}>
        New room
      </ActionButton>
    </Message>
  );
}

function WaitingAgain({ onCancel }: { readonly onCancel: () => void }) {
  return (
    <Message title={waitingWords.title} lines={[waitingWords.text]}>
      <ActionButton onPress={onCancel}>Cancel</ActionButton>
    </Message>
  );
}
