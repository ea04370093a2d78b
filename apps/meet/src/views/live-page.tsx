/** The page of a broadcast, for an audience that is not in the room: one picture, and what there is to say of it. */
import { useEffect, useRef, useState } from 'react';
import { createLiveViewer, type LiveNeed, type LivePhase, type LivePorts } from '../state/live-viewer.ts';
import { pageTitle } from '../state/page-title.ts';
import { ActionButton } from './controls.tsx';
import { Audience, LiveMark } from './live-mark.tsx';
import styles from './live-page.module.css';
import { useSignal } from './use-signal.ts';

interface LivePageProps {
  readonly room: string;
  readonly ports: LivePorts;
}

export function LivePage({ room, ports }: LivePageProps) {
  const [viewer] = useState(() => createLiveViewer(ports));
  const video = useRef<HTMLVideoElement>(null);
  const phase = useSignal(viewer.phase);
  const audience = useSignal(viewer.audience);
  const need = useSignal(viewer.need);
  const isLive = phase === 'live';
  useEffect(() => (video.current === null ? undefined : viewer.attach(video.current)), [viewer]);
  useEffect(() => {
    document.title = pageTitle({ name: 'live', room, isLive });
  }, [room, isLive]);
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <h1 className={styles.room} dir="auto">
          {room}
        </h1>
        {isLive && <LiveMark />}
        {isLive && <Audience count={audience} />}
      </header>
      <div className={styles.stage}>
        {/* biome-ignore lint/a11y/useMediaCaption: nobody writes down what is being said. */}
        <video
          ref={video}
          className={styles.video}
          aria-label={`Broadcast of ${room}`}
          controls={isLive}
          playsInline
          hidden={!isLive}
        />
        {/* There before its words, so that they are read out. */}
        <div role="status" className={styles.words}>
          {!isLive && <Words {...words[phase]} />}
        </div>
        {isLive && need !== 'nothing' && (
          <div className={styles.need}>
            <ActionButton
              look="primary"
              icon={need === 'sound' ? 'speaker' : 'screen'}
              onPress={viewer.satisfy}
            >
              {needWords[need]}
            </ActionButton>
          </div>
        )}
      </div>
    </main>
  );
}

const needWords: Readonly<Record<Exclude<LiveNeed, 'nothing'>, string>> = {
  sound: 'Turn the sound on',
  play: 'Play',
};

interface WordsProps {
  readonly title: string;
  readonly text: string;
}

const words: Readonly<Record<Exclude<LivePhase, 'live'>, WordsProps>> = {
  waiting: {
    title: 'The broadcast has not begun',
    text: 'Leave this page open: it shows the broadcast as soon as there is one.',
  },
  over: {
    title: 'The broadcast is over',
    text: 'Should there be another in this room, it is shown here.',
  },
  unreachable: {
    title: 'The server cannot be reached',
    text: 'Check your connection. This page goes on trying.',
  },
};

function Words({ title, text }: WordsProps) {
  return (
    <>
      <h2 className={styles.title}>{title}</h2>
      <p>{text}</p>
    </>
  );
}
