/** Which screen is shown, and what the browser's tab says. */
import { useEffect } from 'react';
import { errorDetails, errorWords } from '../state/error-words.ts';
import type { MeetingModel } from '../state/meeting.ts';
import type { PageAddress } from '../state/page-address.ts';
import { pageTitle, type TitleState } from '../state/page-title.ts';
import type { Preferences } from '../state/preferences.ts';
import { After } from './after.tsx';
import { Before } from './before.tsx';
import { Call } from './call.tsx';
import { ActionButton } from './controls.tsx';
import { Landing } from './landing.tsx';
import { Message } from './message.tsx';
import { useSignal } from './use-signal.ts';

interface AppProps {
  readonly address: PageAddress;
  readonly preferences: Preferences;
  /** Absent on the landing page, for an invalid room name, and where the browser cannot make calls. */
  readonly meeting: MeetingModel | undefined;
  readonly go: (url: string) => void;
}

export function App({ address, preferences, meeting, go }: AppProps) {
  const { place, rootUrl } = address;
  const goToLanding = () => go(rootUrl);
  if (meeting !== undefined) return <Meeting meeting={meeting} goToLanding={goToLanding} />;
  switch (place.name) {
    case 'landing':
      return <Titled state={{ name: 'landing' }} screen={<Landing {...{ rootUrl, preferences, go }} />} />;
    case 'invalid-room':
      return (
        <Titled state={{ name: 'problem' }} screen={<InvalidRoom room={place.room} onNew={goToLanding} />} />
      );
    case 'room':
      return <Titled state={{ name: 'problem' }} screen={<Unsupported />} />;
  }
}

function Meeting({
  meeting,
  goToLanding,
}: {
  readonly meeting: MeetingModel;
  readonly goToLanding: () => void;
}) {
  const phase = useSignal(meeting.phase);
  const { room } = meeting;
  if (phase.name === 'call') return <CallWithTitle meeting={meeting} phase={phase} />;
  if (phase.name === 'after' || (phase.name === 'joining' && phase.from === 'after')) {
    const failure = phase.name === 'after' ? phase.failure : undefined;
    const isRejoining = phase.name === 'joining';
    return (
      <Titled
        state={{ name: 'after', room }}
        screen={<After {...{ meeting, failure, isRejoining, goToLanding }} />}
      />
    );
  }
  const failure = phase.name === 'before' ? phase.failure : undefined;
  const isJoining = phase.name === 'joining';
  return <Titled state={{ name: 'before', room }} screen={<Before {...{ meeting, isJoining, failure }} />} />;
}

interface CallWithTitleProps {
  readonly meeting: MeetingModel;
  readonly phase: Extract<MeetingModel['phase']['current'], { readonly name: 'call' }>;
}

function CallWithTitle({ meeting, phase: { call } }: CallWithTitleProps) {
  const count = useSignal(call.count);
  const isInterrupted = useSignal(call.roomState).name === 'interrupted';
  return (
    <Titled
      state={{ name: 'call', room: meeting.room, count, isInterrupted }}
      screen={<Call meeting={meeting} call={call} />}
    />
  );
}

function Titled({ state, screen }: { readonly state: TitleState; readonly screen: React.ReactElement }) {
  const title = pageTitle(state);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return screen;
}

function InvalidRoom({ room, onNew }: { readonly room: string; readonly onNew: () => void }) {
  return (
    <Message
      title="This cannot be a room’s name"
      lines={[
        `“${room.slice(0, 80)}” has signs that a room’s name cannot have.`,
        'Letters, digits, - and _ can be used, up to 64. Check the link, or open a new room.',
      ]}
    >
      <ActionButton look="primary" onPress={onNew}>
        New room
      </ActionButton>
    </Message>
  );
}

function Unsupported() {
  const failure = { code: 'unsupported-browser', message: 'RTCPeerConnection is missing.' };
  const { title, happened, advice } = errorWords(failure);
  return <Message title={title} lines={[happened, advice]} details={errorDetails(failure)} />;
}
