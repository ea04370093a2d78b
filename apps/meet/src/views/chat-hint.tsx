/** The first words of a message that nobody looked at. They go by themselves; the badge stays. */
import { Button } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import styles from './call.module.css';
import hintStyles from './chat-hint.module.css';
import { Toast } from './toast.tsx';
import { useSignal } from './use-signal.ts';

export function ChatHint({ call: { chats, panels } }: { readonly call: CallModel }) {
  const hint = useSignal(chats.hint);
  const shown = useSignal(chats.shown);
  const isInView = useSignal(panels.shown) === 'chat' && shown === hint?.conversation;
  if (hint === undefined || isInView) return null;
  const { messageId, authorName, text, isPrivate, conversation } = hint;
  return (
    <div className={styles.hint}>
      <Button className={hintStyles.hint ?? ''} preventFocusOnPress onPress={() => chats.show(conversation)}>
        <Toast
          key={messageId}
          icon="chat"
          title={isPrivate ? `${authorName} (to you only)` : authorName}
          text={text}
          onRead={chats.dismissHint}
        />
      </Button>
    </div>
  );
}
