/** The chat: everybody's, and the private ones as tabs beside it. */
import { type RefObject, useRef } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import type { Conversation } from '../state/conversation.ts';
import { ChatForm } from './chat-form.tsx';
import { ChatLines } from './chat-lines.tsx';
import styles from './chat-panel.module.css';
import { ForScreenReaders } from './controls.tsx';
import { FileCards } from './file-cards.tsx';
import { SidePanel } from './side-panel.tsx';
import { useSignal } from './use-signal.ts';

interface ChatPanelProps {
  readonly call: CallModel;
}

const everyoneKey = 'everyone';

function keyOf({ participantId }: Conversation): string {
  return participantId ?? everyoneKey;
}

export function ChatPanel({ call }: ChatPanelProps) {
  const { chats, panels } = call;
  const field = useRef<HTMLTextAreaElement>(null);
  const privates = useSignal(chats.privates);
  const shown = useSignal(chats.shown);
  const all = [chats.everyone, ...privates];
  // On a phone the keyboard would come up with the field and cover what one wants to read.
  const hasKeyboard = !matchMedia('(pointer: coarse)').matches;
  return (
    <SidePanel title="Chat" onClose={panels.close} {...(hasKeyboard && { focus: field })}>
      {privates.length === 0 ? (
        <div className={styles.content}>
          <Content call={call} conversation={shown} field={field} />
        </div>
      ) : (
        <Tabs
          className={styles.tabs ?? ''}
          selectedKey={keyOf(shown)}
          onSelectionChange={(key) => chats.show(all.find((one) => keyOf(one) === key) ?? chats.everyone)}
        >
          <TabList className={styles.tabList ?? ''} aria-label="Chats">
            {all.map((conversation) => (
              <Tab key={keyOf(conversation)} id={keyOf(conversation)} className={styles.tab ?? ''}>
                <TabLabel call={call} conversation={conversation} />
              </Tab>
            ))}
          </TabList>
          <TabPanel key={keyOf(shown)} id={keyOf(shown)} className={styles.content ?? ''}>
            <Content call={call} conversation={shown} field={field} />
          </TabPanel>
        </Tabs>
      )}
    </SidePanel>
  );
}

interface ContentProps extends ConversationProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

function Content({ call, conversation, field }: ContentProps) {
  return (
    <>
      <Reach call={call} conversation={conversation} />
      <ChatLines key={keyOf(conversation)} call={call} conversation={conversation} />
      <FileCards call={call} />
      <Writing call={call} conversation={conversation} field={field} />
    </>
  );
}

interface ConversationProps extends ChatPanelProps {
  readonly conversation: Conversation;
}

function TabLabel({ call, conversation }: ConversationProps) {
  const unread = useSignal(conversation.unread);
  return (
    <>
      <bdi className={styles.tabName}>{nameOf(call, conversation)}</bdi>
      {unread > 0 && (
        <span className={styles.badge}>
          {unread}
          <ForScreenReaders> unread</ForScreenReaders>
        </span>
      )}
    </>
  );
}

function nameOf({ names }: CallModel, { participantId }: Conversation): string {
  return participantId === undefined ? 'Everyone' : (names.of(participantId) ?? 'Somebody who left');
}

/** Who reads what is written here. */
function Reach({ call, conversation }: ConversationProps) {
  if (conversation.participantId === undefined) return null;
  return (
    <p className={styles.reach}>
      Only you and <bdi>{nameOf(call, conversation)}</bdi> can read this.
    </p>
  );
}

function Writing({ call, conversation, field }: ContentProps) {
  const { chat: mayWrite } = useSignal(call.room.permissions);
  const people = useSignal(call.people);
  const { participantId } = conversation;
  const name = nameOf(call, conversation);
  const isGone = participantId !== undefined && !people.some(({ id }) => id === participantId);
  if (!mayWrite) return <p className={styles.closed}>You may read the chat, but not write.</p>;
  if (isGone) return <p className={styles.closed}>{name} has left the room.</p>;
  return (
    <ChatForm
      conversation={conversation}
      name={participantId === undefined ? 'everyone' : name}
      field={field}
      onFiles={(files) => call.files.send(files, participantId)}
    />
  );
}
