/** Files that are dropped onto the call go to everybody in it, or to whom the chat that is shown is with. */
import { type DragEvent, type ReactNode, useState } from 'react';
import type { CallModel } from '../state/call.ts';
import styles from './file-drop.module.css';
import { Icon } from './icons.tsx';
import { useSignal } from './use-signal.ts';

interface FileDropProps {
  readonly call: CallModel;
  readonly className: string;
  readonly children: ReactNode;
}

export function FileDrop({ call, className, children }: FileDropProps) {
  const [isOver, setIsOver] = useState(false);
  const { chat: maySend } = useSignal(call.room.permissions);
  const handleOver = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    // Else the browser would open the file in place of the call, also where none may be sent.
    event.preventDefault();
    event.dataTransfer.dropEffect = maySend ? 'copy' : 'none';
    setIsOver(maySend);
  };
  const handleDrop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setIsOver(false);
    if (maySend) call.sendFiles(event.dataTransfer.files);
  };
  const handleLeave = ({ currentTarget, relatedTarget }: DragEvent) => {
    if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) setIsOver(false);
  };
  return (
    <main className={className} onDragOver={handleOver} onDragLeave={handleLeave} onDrop={handleDrop}>
      {children}
      {isOver && <DropHint call={call} />}
    </main>
  );
}

function DropHint({ call: { chats, names, panels } }: Pick<FileDropProps, 'call'>) {
  const shown = useSignal(chats.shown);
  const isInView = useSignal(panels.shown) === 'chat';
  const { participantId } = shown;
  const name = isInView && participantId !== undefined ? names.of(participantId) : undefined;
  return (
    <p className={styles.hint}>
      <Icon name="attach" /> Drop to send to <bdi>{name ?? 'everyone'}</bdi>
    </p>
  );
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes('Files');
}
