/** What was written, the newest at the bottom. It stays there unless one scrolls up to read. */
import type { ChatMessage } from '@plenum/client';
import { memo, useState } from 'react';
import type { CallModel } from '../state/call.ts';
import type { ChatGroup, ChatLine, Outgoing } from '../state/chat-groups.ts';
import type { Conversation } from '../state/conversation.ts';
import { errorDetails, errorWords } from '../state/error-words.ts';
import { splitLinks } from '../state/text-parts.ts';
import { timeWords } from '../state/time-words.ts';
import styles from './chat-lines.module.css';
import { ActionButton } from './controls.tsx';
import { Icon } from './icons.tsx';
import { Details } from './notice.tsx';
import { useSignal } from './use-signal.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

interface ChatLinesProps {
  readonly call: CallModel;
  readonly conversation: Conversation;
}

export function ChatLines({ call, conversation }: ChatLinesProps) {
  const groups = useSignal(conversation.groups);
  const unread = useSignal(conversation.unread);
  const { moderate } = useSignal(call.room.permissions);
  const { scroller, content, goToEnd } = useStickToEnd(conversation.setViewed, groups);
  const remove = (id: string) => {
    void call.notices.attempt(conversation.remove(id), 'The message could not be removed');
  };
  const isEveryones = conversation.participantId === undefined;
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <div ref={scroller} className={styles.scroller} role="log" aria-label="Messages" tabIndex={0}>
        <div ref={content} className={styles.content}>
          {groups.length === 0 && <Empty isEveryones={isEveryones} />}
          {groups.map((group) => (
            <Group
              key={group.id}
              group={group}
              conversation={conversation}
              canRemoveAny={moderate && isEveryones}
              onRemove={remove}
            />
          ))}
        </div>
      </div>
      {unread > 0 && (
        <div className={styles.news}>
          <ActionButton look="primary" icon="down" onPress={goToEnd}>
            {unread === 1 ? 'New message' : `${unread} new messages`}
          </ActionButton>
        </div>
      )}
    </div>
  );
}

function Empty({ isEveryones }: { readonly isEveryones: boolean }) {
  return (
    <p className={styles.empty}>
      Nobody has written anything yet.
      {isEveryones && (
        <>
          {' '}
          What you write here stays for people who join later. To write to one person only, choose{' '}
          <em>Message privately</em> beside their name under <em>People</em>.
        </>
      )}
    </p>
  );
}

interface GroupProps {
  readonly group: ChatGroup;
  readonly conversation: Conversation;
  readonly canRemoveAny: boolean;
  readonly onRemove: (id: string) => void;
}

function Group({ group, conversation, canRemoveAny, onRemove }: GroupProps) {
  const { authorName, isOwn, created, lines } = group;
  return (
    <div className={styles.group} data-is-own={isOwn || undefined}>
      <p className={styles.head}>
        <bdi className={styles.author}>{isOwn ? 'You' : authorName}</bdi>
        {created !== undefined && <time dateTime={created}>{timeWords(created, new Date())}</time>}
      </p>
      {lines.map((line) => (
        <Line key={line.id} {...{ line, conversation, onRemove }} canRemove={isOwn || canRemoveAny} />
      ))}
    </div>
  );
}

interface LineProps extends Pick<GroupProps, 'conversation' | 'onRemove'> {
  readonly line: ChatLine;
  readonly canRemove: boolean;
}

function Line({ line, conversation, canRemove, onRemove }: LineProps) {
  if (line.kind === 'outgoing') return <OutgoingLine line={line.outgoing} conversation={conversation} />;
  const { message } = line;
  return <MessageLine message={message} canRemove={canRemove} onRemove={() => onRemove(message.id)} />;
}

interface MessageLineProps {
  readonly message: ChatMessage;
  readonly canRemove: boolean;
  readonly onRemove: () => void;
}

/** Of five hundred lines only the new one is drawn. */
const MessageLine = memo(
  function MessageLine({ message, canRemove, onRemove }: MessageLineProps) {
    const [isAsking, setIsAsking] = useState(false);
    return (
      <div className={styles.line}>
        <Words text={message.text} />
        {canRemove && !isAsking && (
          <button
            type="button"
            className={styles.remove}
            aria-label="Remove message"
            onClick={() => setIsAsking(true)}
          >
            <Icon name="remove" isSmall />
          </button>
        )}
        {isAsking && (
          <p className={styles.question}>
            Remove it for everybody?
            <ActionButton autoFocus onPress={onRemove}>
              Remove
            </ActionButton>
            <ActionButton onPress={() => setIsAsking(false)}>Keep</ActionButton>
          </p>
        )}
      </div>
    );
  },
  (a, b) => a.canRemove === b.canRemove && a.message.id === b.message.id && a.message.text === b.message.text,
);

function OutgoingLine({
  line,
  conversation,
}: {
  readonly line: Outgoing;
  readonly conversation: Conversation;
}) {
  const { id, text, failure, isAccepted } = line;
  return (
    <div className={styles.line} data-is-sending={(failure === undefined && !isAccepted) || undefined}>
      <Words text={text} />
      {failure === undefined && !isAccepted && <p className={styles.state}>Sending…</p>}
      {failure !== undefined && (
        <div className={styles.failure} role="alert">
          <p>Not sent. {errorWords(failure).happened}</p>
          <ActionButton onPress={() => conversation.retry(id)}>Try again</ActionButton>
          <ActionButton onPress={() => conversation.discard(id)}>Discard</ActionButton>
          <Details text={errorDetails(failure)} />
        </div>
      )}
    </div>
  );
}

function Words({ text }: { readonly text: string }) {
  return (
    <p className={styles.words} dir="auto">
      {splitLinks(text).map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places.
          <a key={index} href={part.url} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ),
      )}
    </p>
  );
}
