/** The call's controls. Names of the buttons are a contract with tests that nobody here wrote. */
import type { CallModel } from '../state/call.ts';
import type { MeetingModel } from '../state/meeting.ts';
import { mayNotShareScreen, mayNotShowVideo, mayNotSpeak } from '../state/own-part.ts';
import styles from './bar.module.css';
import { BarButton } from './bar-button.tsx';
import { Icon } from './icons.tsx';
import { type BarDialog, MoreMenu } from './more-menu.tsx';
import { ReactionButton } from './reaction-button.tsx';
import { useSignal } from './use-signal.ts';

interface BarProps {
  readonly meeting: MeetingModel;
  readonly call: CallModel;
  readonly onOpen: (dialog: BarDialog) => void;
}

export function Bar({ meeting, call, onOpen }: BarProps) {
  return (
    <section className={styles.bar} aria-label="Call controls">
      <div className={styles.start}>
        <ConnectionButton call={call} />
        <RoomTitle call={call} />
      </div>
      <div className={styles.middle}>
        <MicrophoneButton call={call} />
        <CameraButton call={call} />
        <ShareButton call={call} />
        <HandButton call={call} />
        <ReactionButton call={call} />
      </div>
      <div className={styles.end}>
        <ChatButton call={call} />
        <PeopleButton call={call} />
        <BarButton icon="invite" label="Invite" isExtra onPress={() => onOpen('invite')} />
        <MoreMenu call={call} onOpen={onOpen} />
        <BarButton icon="leave" label="Leave" look="danger" onPress={meeting.leave} />
      </div>
    </section>
  );
}

function RoomTitle({ call }: { readonly call: CallModel }) {
  const { title, isLocked } = useSignal(call.room.settings);
  return (
    <>
      {isLocked && (
        <span className={styles.lock} role="img" aria-label="Locked">
          <Icon name="lock" isSmall />
        </span>
      )}
      <span className={styles.room} dir="auto">
        {title}
      </span>
    </>
  );
}

interface CallProps {
  readonly call: CallModel;
}

function MicrophoneButton({ call: { devices, own } }: CallProps) {
  const isOn = useSignal(devices.isMicrophoneOn);
  const maySpeak = useSignal(own.maySpeak);
  return (
    <BarButton
      icon={isOn ? 'microphone' : 'microphone-off'}
      label={isOn ? 'Mute' : 'Unmute'}
      hint="M"
      look={maySpeak ? (isOn ? 'plain' : 'off') : 'forbidden'}
      description={maySpeak ? undefined : mayNotSpeak}
      onPress={own.toggleMicrophone}
    />
  );
}

function CameraButton({ call: { devices, own } }: CallProps) {
  const isOn = useSignal(devices.isCameraOn);
  const mayShowVideo = useSignal(own.mayShowVideo);
  return (
    <BarButton
      icon={isOn ? 'camera' : 'camera-off'}
      label={isOn ? 'Stop video' : 'Start video'}
      hint="V"
      look={mayShowVideo ? (isOn ? 'plain' : 'off') : 'forbidden'}
      description={mayShowVideo ? undefined : mayNotShowVideo}
      onPress={own.toggleCamera}
    />
  );
}

/** Not where the browser cannot: a telephone has room for better. */
function ShareButton({ call: { own } }: CallProps) {
  const isSharing = useSignal(own.isSharing);
  const mayShare = useSignal(own.mayShareScreen);
  if (!own.canShareScreen) return null;
  return (
    <BarButton
      icon={isSharing ? 'screen-off' : 'screen'}
      label={isSharing ? 'Stop sharing' : 'Share screen'}
      hint="D"
      look={mayShare ? (isSharing ? 'active' : 'plain') : 'forbidden'}
      description={mayShare ? undefined : mayNotShareScreen}
      onPress={own.toggleScreen}
    />
  );
}

function HandButton({ call: { own } }: CallProps) {
  const isRaised = useSignal(own.isHandRaised);
  return (
    <BarButton
      icon="hand"
      label={isRaised ? 'Lower hand' : 'Raise hand'}
      hint="R"
      look={isRaised ? 'raised' : 'plain'}
      onPress={own.toggleHand}
    />
  );
}

function ChatButton({ call: { chats, files, panels } }: CallProps) {
  const unread = useSignal(chats.unread);
  const offered = useSignal(files.offered);
  const news = unread + offered;
  const isOpen = useSignal(panels.shown) === 'chat';
  return (
    <BarButton
      icon="chat"
      label="Chat"
      hint="C"
      isExpanded={isOpen}
      badge={news === 0 ? undefined : String(Math.min(news, 99))}
      description={newsWords(unread, offered)}
      onPress={() => panels.toggle('chat')}
    />
  );
}

function newsWords(unread: number, offered: number): string | undefined {
  const words = [
    ...(unread === 0 ? [] : [`${unread} unread`]),
    ...(offered === 0 ? [] : [`${offered} ${offered === 1 ? 'file' : 'files'} offered`]),
  ];
  return words.length === 0 ? undefined : words.join(', ');
}

function PeopleButton({ call: { count, moderation, panels } }: CallProps) {
  const present = useSignal(count);
  const waiting = useSignal(moderation.waiting).length;
  const isOpen = useSignal(panels.shown) === 'people';
  const inCall = `${present} in the call`;
  return (
    <BarButton
      icon="people"
      label="People"
      hint="P"
      isExpanded={isOpen}
      count={present}
      badge={waiting === 0 ? undefined : String(waiting)}
      description={waiting === 0 ? inCall : `${inCall}, ${waiting} waiting to come in`}
      onPress={() => panels.toggle('people')}
    />
  );
}

/** Beside the room's title; where there is no room for that, it is in *More*. */
function ConnectionButton({ call: { panels } }: CallProps) {
  const isOpen = useSignal(panels.shown) === 'connection';
  return (
    <BarButton
      icon="connection"
      label="Connection"
      hint="T"
      isExpanded={isOpen}
      onPress={() => panels.toggle('connection')}
    />
  );
}
