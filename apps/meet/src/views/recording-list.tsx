/** What was recorded of the room, for moderators: to play and to download, part by part. */
import type { Recording } from '@plenum/client';
import { useEffect, useState } from 'react';
import type { CallModel } from '../state/call.ts';
import { sizeWords } from '../state/file-words.ts';
import { durationWords, fileNameOf, recordingTitle } from '../state/recording-words.ts';
import { ActionButton } from './controls.tsx';
import { Icon } from './icons.tsx';
import { ModalDialog } from './modal.tsx';
import styles from './recording-list.module.css';
import { useSignal } from './use-signal.ts';

type Part = Recording['parts'][number];

interface Playable {
  /** The same however often it is listed anew: its address is another each time. */
  readonly key: string;
  readonly title: string;
  readonly part: Part;
}

/** While one runs it grows, and its first part is there a moment after it began. */
const refreshMs = 3_000;

export function RecordingList({ call: { recording } }: { readonly call: CallModel }) {
  const list = useSignal(recording.list);
  const isOn = useSignal(recording.isOn);
  const [played, setPlayed] = useState<Playable>();
  // Also when one has begun, or is whole.
  useEffect(() => {
    recording.refresh();
    if (!isOn) return;
    const timer = setInterval(() => recording.refresh(), refreshMs);
    return () => clearInterval(timer);
  }, [recording, isOn]);
  if (list === undefined || list.length === 0) return null;
  const playables = list.flatMap((one) =>
    one.parts.map((part) => ({
      key: `${one.id}/${part.name}`,
      title: recordingTitle(one, part, new Date()),
      part,
    })),
  );
  return (
    <>
      <ul className={styles.list} aria-label="Recordings">
        {playables.map((playable) => (
          <Row key={playable.key} playable={playable} onPlay={setPlayed} />
        ))}
      </ul>
      <ModalDialog
        title={played?.title ?? 'Recording'}
        isOpen={played !== undefined}
        onClose={() => setPlayed(undefined)}
      >
        {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what was said. */}
        {played !== undefined && <video className={styles.player} src={played.part.url} controls autoPlay />}
      </ModalDialog>
    </>
  );
}

interface RowProps {
  readonly playable: Playable;
  readonly onPlay: (playable: Playable) => void;
}

function Row({ playable, onPlay }: RowProps) {
  const { title, part } = playable;
  const { url, fromMs, untilMs, bytes } = part;
  return (
    <li className={styles.row}>
      <span className={styles.what}>
        {title}
        <span className={styles.facts}>
          {durationWords(untilMs - fromMs)}, {sizeWords(bytes)}
        </span>
      </span>
      <ActionButton look="quiet" aria-label={`Play ${title}`} onPress={() => onPlay(playable)}>
        <Icon name="resume" isSmall />
      </ActionButton>
      <a className={styles.download} href={url} download={fileNameOf(part)} aria-label={`Download ${title}`}>
        <Icon name="download" isSmall />
      </a>
    </li>
  );
}
