/** Files, each as a card: what it is, how far it is, and what one may do about it. */
import type { IncomingFile, IncomingFileState } from '@plenum/client';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { ProgressBar } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import { deliveryWords, incomingWords, receiverWords, sizeWords } from '../state/file-words.ts';
import { type FileCard, progressOf, type TransferProgress } from '../state/files.ts';
import { ActionButton, IconButton } from './controls.tsx';
import styles from './file-cards.module.css';
import { Icon } from './icons.tsx';
import { useSignal } from './use-signal.ts';

interface FileCardsProps {
  readonly call: CallModel;
}

export function FileCards({ call }: FileCardsProps) {
  const cards = useSignal(call.files.cards);
  if (cards.length === 0) return null;
  return (
    <ul className={styles.cards} aria-label="Files">
      {/* The newest is to be seen without scrolling. */}
      {cards
        .toReversed()
        .map((card) =>
          card.kind === 'incoming' ? (
            <IncomingCard key={card.key} call={call} card={card} />
          ) : (
            <OutgoingCard key={card.key} call={call} card={card} />
          ),
        )}
    </ul>
  );
}

interface CardProps {
  readonly name: string;
  /** From whom, or to whom. */
  readonly who: ReactNode;
  readonly words: string;
  readonly isFailed?: boolean;
  /** 0 to 1, while it is under way. */
  readonly fraction?: number | undefined;
  /** Takes it off the list, once it is over. */
  readonly onDismiss: (() => void) | undefined;
  /** Buttons. */
  readonly children: ReactNode;
}

function Card({ name, who, words, isFailed = false, fraction, onDismiss, children }: CardProps) {
  const nameId = useId();
  return (
    <li className={styles.card} aria-labelledby={nameId}>
      <span className={styles.icon}>
        <Icon name={isFailed ? 'warning' : 'file'} />
      </span>
      <div className={styles.text}>
        <p id={nameId} className={styles.name} title={name}>
          <bdi>{name}</bdi>
        </p>
        <p className={styles.who}>{who}</p>
        <p className={styles.words} data-is-failed={isFailed || undefined}>
          {words}
        </p>
      </div>
      {onDismiss !== undefined && (
        <IconButton icon="close" aria-label={`Take ${name} off the list`} onPress={onDismiss} />
      )}
      {fraction !== undefined && (
        <ProgressBar aria-labelledby={nameId} value={fraction * 100} className={styles.progress ?? ''}>
          <span className={styles.done} style={{ inlineSize: `${fraction * 100}%` }} />
        </ProgressBar>
      )}
      <div className={styles.actions}>{children}</div>
    </li>
  );
}

type CardOf<K extends FileCard['kind']> = FileCardsProps & {
  readonly card: Extract<FileCard, { readonly kind: K }>;
};

function IncomingCard({ call, card }: CardOf<'incoming'>) {
  const { file, key } = card;
  const state = useSignal(file.state);
  const name = call.names.of(file.from) ?? 'Somebody who left';
  const isReceiving = state.name === 'receiving';
  return (
    <Card
      name={file.name}
      who={
        <>
          From <bdi>{name}</bdi>
        </>
      }
      words={incomingWords(state, file.size)}
      isFailed={state.name === 'failed'}
      fraction={isReceiving ? state.bytes / Math.max(1, file.size) : undefined}
      onDismiss={isOver(state) ? () => call.files.dismiss(key) : undefined}
    >
      <IncomingActions file={file} state={state} />
    </Card>
  );
}

/** Nothing more comes of it. */
function isOver({ name }: IncomingFileState): boolean {
  return name !== 'offered' && name !== 'receiving';
}

interface IncomingActionsProps {
  readonly file: IncomingFile;
  readonly state: IncomingFileState;
}

function IncomingActions({ file, state }: IncomingActionsProps) {
  switch (state.name) {
    case 'offered':
      return (
        <>
          <ActionButton look="primary" aria-label={`Accept ${file.name}`} onPress={() => file.accept()}>
            Accept
          </ActionButton>
          <ActionButton aria-label={`Decline ${file.name}`} onPress={() => file.decline()}>
            Decline
          </ActionButton>
        </>
      );
    case 'receiving':
      return <UnderWay name={file.name} isPaused={state.pausedBy === 'here'} control={file} />;
    case 'verified':
      return <Download blob={state.blob} name={file.name} />;
    default:
      return null;
  }
}

interface UnderWayProps {
  readonly name: string;
  readonly isPaused: boolean;
  readonly control: Pick<IncomingFile, 'pause' | 'resume' | 'cancel'>;
}

function UnderWay({ name, isPaused, control }: UnderWayProps) {
  const word = isPaused ? 'Resume' : 'Pause';
  return (
    <>
      <ActionButton
        icon={isPaused ? 'resume' : 'pause'}
        aria-label={`${word} ${name}`}
        onPress={() => (isPaused ? control.resume() : control.pause())}
      >
        {word}
      </ActionButton>
      <ActionButton aria-label={`Cancel ${name}`} onPress={() => control.cancel()}>
        Cancel
      </ActionButton>
    </>
  );
}

/** A link, so that the browser's own menu is there too. */
function Download({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return (
    <a className={styles.download} href={url} download={name} aria-label={`Download ${name}`}>
      <Icon name="download" isSmall /> Download
    </a>
  );
}

function OutgoingCard({ call, card }: CardOf<'outgoing'>) {
  const { transfer, key } = card;
  const [progress] = useState(() => progressOf(transfer));
  const now = useSignal(progress);
  const receivers = useSignal(transfer.receivers);
  const isFailed =
    now.phase === 'over' && now.done === 0 && receivers.some(({ delivery }) => delivery.name === 'failed');
  return (
    <Card
      name={transfer.name}
      who={<Receivers call={call} card={card} />}
      words={outgoingWords(now, transfer.size)}
      isFailed={isFailed}
      fraction={now.phase === 'sending' ? now.fraction : undefined}
      onDismiss={now.phase === 'over' ? () => call.files.dismiss(key) : undefined}
    >
      {now.phase === 'sending' && (
        <UnderWay name={transfer.name} isPaused={now.isPaused} control={transfer} />
      )}
      {now.phase === 'waiting' && (
        <ActionButton aria-label={`Cancel ${transfer.name}`} onPress={() => transfer.cancel()}>
          Cancel
        </ActionButton>
      )}
    </Card>
  );
}

function Receivers({ call, card: { transfer } }: CardOf<'outgoing'>) {
  const receivers = useSignal(transfer.receivers);
  return receiverWords(
    receivers.map(({ participantId, delivery }) => ({
      name: call.names.of(participantId) ?? 'Somebody',
      words: deliveryWords(delivery, transfer.size),
    })),
  );
}

function outgoingWords({ phase, isPaused, done, total }: TransferProgress, size: number): string {
  const so = total > 1 && done > 0 ? `${sizeWords(size)}, ${done} of ${total} have it` : sizeWords(size);
  if (phase === 'waiting') return `${so}, offered`;
  return phase === 'sending' && isPaused ? `${so}, paused` : so;
}
