/** Which screen is shown, and what the browser's tab says. */
import { lazy, Suspense, useEffect } from 'react';
import { errorDetails, errorWords } from '../state/error-words.ts';
import type { LivePlace } from '../state/live-ports.ts';
import type { LivePorts } from '../state/live-viewer.ts';
import type { MeetingModel } from '../state/meeting.ts';
import { type PageAddress, roomUrl } from '../state/page-address.ts';
import { pageTitle, type TitleState } from '../state/page-title.ts';
import type { Preferences } from '../state/preferences.ts';
import { After } from './after.tsx';
import { Before } from './before.tsx';
import { Call } from './call.tsx';
import { ActionButton } from './controls.tsx';
import { IncomingInvitation } from './incoming-invitation.tsx';
import { Landing } from './landing.tsx';
import { Message } from './message.tsx';
import { useSignal } from './use-signal.ts';

/** The audience of a broadcast needs nothing of the rest, and nobody else needs this. */
const LivePage = lazy(async () => ({ default: (await import('./live-page.tsx')).LivePage }));

interface AppProps {
  readonly address: PageAddress;
  readonly preferences: Preferences;
  /** Absent on the landing page, for an invalid room name, and where the browser cannot make calls. */
  readonly meeting: MeetingModel | undefined;
  readonly createLivePorts: (place: LivePlace) => LivePorts;
  readonly go: (url: string) => void;
}

export function App({ address, preferences, meeting, createLivePorts, go }: AppProps) {
  const { place, rootUrl } = address;
  const goToLanding = () => go(rootUrl);
  if (meeting !== undefined) {
    const joinOther = (room: string) => go(roomUrl(rootUrl, room));
    return <Meeting meeting={meeting} goToLanding={goToLanding} joinOther={joinOther} />;
  }
  switch (place.name) {
    case 'landing':
      return <Titled state={{ name: 'landing' }} screen={<Landing {...{ rootUrl, preferences, go }} />} />;
    case 'invalid-room':
      return (
        <Titled state={{ name: 'problem' }} screen={<InvalidRoom room={place.room} onNew={goToLanding} />} />
      );
    case 'live':
      return (
        <Suspense>
          <LivePage room={place.room} ports={createLivePorts(place)} />
        </Suspense>
      );
    case 'room':
      return <Titled state={{ name: 'problem' }} screen={<Unsupported />} />;
  }
}

interface MeetingProps {
  readonly meeting: MeetingModel;
  readonly goToLanding: () => void;
  /** Goes to the page of another room. */
  readonly joinOther: (room: string) => void;
}

function Meeting(props: MeetingProps) {
  const { meeting, joinOther } = props;
  const phase = useSignal(meeting.phase);
  if (phase.name === 'call') {
    return <CallWithTitle meeting={meeting} phase={phase} joinOther={joinOther} />;
  }
  return (
    <>
      <OutOfCall {...props} phase={phase} />
      <IncomingInvitation meeting={meeting} isInCall={false} onJoin={joinOther} />
    </>
  );
}

interface OutOfCallProps extends MeetingProps {
  readonly phase: Exclude<MeetingModel['phase']['current'], { readonly name: 'call' }>;
}

function OutOfCall({ meeting, goToLanding, phase }: OutOfCallProps) {
  const { room } = meeting;
  if (phase.name === 'after' || (phase.name === 'joining' && phase.from === 'after')) {
    const failure = phase.name === 'after' ? phase.failure : undefined;
    const rejoining = phase.name === 'joining' ? phase : undefined;
    return (
      <Titled
        state={{ name: rejoining?.isWaiting ? 'waiting' : 'after', room }}
        screen={<After {...{ meeting, failure, rejoining, goToLanding }} />}
      />
    );
  }
  const failure = phase.name === 'before' ? phase.failure : undefined;
  const isJoining = phase.name === 'joining';
  const isWaiting = phase.name === 'joining' && phase.isWaiting;
  return (
    <Titled
      state={{ name: isWaiting ? 'waiting' : 'before', room }}
      screen={<Before {...{ meeting, isJoining, isWaiting, failure }} />}
    />
  );
}

interface CallWithTitleProps extends Pick<MeetingProps, 'meeting' | 'joinOther'> {
  readonly phase: Extract<MeetingModel['phase']['current'], { readonly name: 'call' }>;
}

function CallWithTitle({ meeting, phase: { call }, joinOther }: CallWithTitleProps) {
  const count = useSignal(call.count);
  const { name } = useSignal(call.roomState);
  const isInterrupted = name === 'interrupted' || name === 'reconnecting' || name === 'waiting';
  return (
    <Titled
      state={{ name: 'call', room: meeting.room, count, isInterrupted }}
      screen={<Call meeting={meeting} call={call} joinOther={joinOther} />}
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
