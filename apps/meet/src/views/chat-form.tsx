/** Where one writes: Enter sends, Shift and Enter begins a new line. */
import type { KeyboardEvent, RefObject } from 'react';
import { Button, TextArea, TextField } from 'react-aria-components';
import { type Conversation, longestMessage } from '../state/conversation.ts';
import { AttachButton } from './attach-button.tsx';
import styles from './chat-form.module.css';
import { Icon } from './icons.tsx';
import { useSignal } from './use-signal.ts';

interface ChatFormProps {
  readonly conversation: Conversation;
  readonly name: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onFiles: (files: FileList) => void;
}

/** From here on the length is said. */
const nearlyTooLong = longestMessage - 200;
const mostRows = 6;

export function ChatForm({ conversation, name, field, onFiles }: ChatFormProps) {
  const { draft, send } = conversation;
  const text = useSignal(draft);
  const isTooLong = text.trim().length > longestMessage;
  const handleKey = (event: KeyboardEvent) => {
    // Enter also ends the choice of a character in Japanese or Chinese.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
        field.current?.focus();
      }}
    >
      <AttachButton onFiles={onFiles} />
      <TextField
        className={styles.field ?? ''}
        aria-label={`Message to ${name}`}
        value={text}
        onChange={draft.set}
        isInvalid={isTooLong}
      >
        <TextArea
          ref={field}
          className={styles.input ?? ''}
          dir="auto"
          rows={Math.min(mostRows, text.split('\n').length)}
          placeholder={`Message to ${name}`}
          enterKeyHint="send"
          onKeyDown={handleKey}
        />
      </TextField>
      <Button
        type="submit"
        aria-label="Send"
        className={styles.send ?? ''}
        isDisabled={text.trim() === '' || isTooLong}
      >
        <Icon name="send" />
      </Button>
      <p className={styles.length} role="status" data-is-too-long={isTooLong || undefined}>
        {lengthWords(text.trim().length)}
      </p>
    </form>
  );
}

function lengthWords(length: number): string {
  if (length <= nearlyTooLong) return '';
  const left = longestMessage - length;
  return left >= 0 ? `${left} characters left` : `${-left} characters too long`;
}
