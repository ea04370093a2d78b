/** One's own part in the call: what one may publish, one's hand, and what moderators did to either. */
import type { Participant, ParticipantId, Room } from '@plenum/client';
import type { DevicesModel } from './devices.ts';
import type { Notices } from './notices.ts';
import { screenFailure, screenFailureText } from './screen-words.ts';
import { derived, type Signal } from './signal.ts';

export interface OwnPart {
  readonly maySpeak: Signal<boolean>;
  readonly mayShowVideo: Signal<boolean>;
  readonly mayShareScreen: Signal<boolean>;
  /** Whether this browser can at all. */
  readonly canShareScreen: boolean;
  readonly isSharing: Signal<boolean>;
  /** Whether the others hear what is heard on it. */
  readonly isSharingSound: Signal<boolean>;
  readonly isHandRaised: Signal<boolean>;
  /** These four say why where one may not. */
  toggleScreen(): void;
  toggleMicrophone(): void;
  toggleCamera(): void;
  /** Push-to-talk. */
  talk(isHeld: boolean): void;
  toggleHand(): void;
  close(): void;
}

export const mayNotSpeak = 'The host has not allowed you to speak';
export const mayNotShowVideo = 'The host has not allowed you to show video';
export const mayNotShareScreen = 'The host has not allowed you to share your screen';
const handHint = 'Raise your hand to ask for it.';

export interface OwnPartOptions {
  readonly room: Pick<Room, 'participants' | 'permissions' | 'raiseHand' | 'localParticipantId'>;
  readonly devices: DevicesModel;
  readonly notices: Notices;
  /** Also of those who have left. */
  readonly nameOf: (id: ParticipantId) => string | undefined;
}

export function createOwnPart({ room, devices, notices, nameOf }: OwnPartOptions): OwnPart {
  const { participants, permissions } = room;
  const maySpeak = derived([permissions], () => permissions.current.publish.includes('microphone'));
  const mayShowVideo = derived([permissions], () => permissions.current.publish.includes('camera'));
  const mayShareScreen = derived([permissions], () => permissions.current.publish.includes('screen'));
  const { screen } = devices.media;
  const isSharing = derived([screen], () => screen.current.name === 'on');
  const isSharingSound = derived(
    [screen],
    () => screen.current.name === 'on' && screen.current.sound !== undefined,
  );
  const share = async () => {
    await devices.media.startScreen();
    const { current } = screen;
    if (current.name === 'failed') notices.tell(screenFailure, screenFailureText(current.error.code));
  };
  const self = derived([participants], () => participants.current.find(({ isLocal }) => isLocal));
  const isHandRaised = derived([self], () => self.current?.hand !== undefined);

  // What may not be published is off, the camera's light included.
  const obeyMicrophone = () => {
    if (!maySpeak.current) devices.media.mute();
  };
  const obeyCamera = () => {
    if (!mayShowVideo.current) devices.media.stopCamera();
  };
  obeyMicrophone();
  obeyCamera();
  const stops = [
    maySpeak.subscribe((isAllowed) => {
      obeyMicrophone();
      if (isAllowed) notices.tell('You may speak now', 'Your microphone is off until you unmute it.');
      else notices.tell('You may not speak any more', handHint);
    }),
    mayShowVideo.subscribe(obeyCamera),
    watchOwn(self, (before, now) => {
      for (const words of ownNews(before, now, nameOf)) notices.tell(words);
    }),
  ];

  return {
    maySpeak,
    mayShowVideo,
    mayShareScreen,
    canShareScreen: devices.media.canShareScreen,
    isSharing,
    isSharingSound,
    isHandRaised,
    toggleScreen() {
      if (isSharing.current) devices.media.stopScreen();
      else if (!mayShareScreen.current) notices.tell(mayNotShareScreen, handHint);
      else if (devices.media.canShareScreen) void share();
    },
    toggleMicrophone() {
      if (maySpeak.current || devices.isMicrophoneOn.current) devices.toggleMicrophone();
      else notices.tell(mayNotSpeak, handHint);
    },
    toggleCamera() {
      if (mayShowVideo.current || devices.isCameraOn.current) devices.toggleCamera();
      else notices.tell(mayNotShowVideo, handHint);
    },
    talk(isHeld) {
      if (maySpeak.current || !isHeld) devices.talk(isHeld);
      else notices.tell(mayNotSpeak, handHint);
    },
    toggleHand() {
      const isRaised = !isHandRaised.current;
      const failure = `Your hand could not be ${isRaised ? 'raised' : 'lowered'}`;
      void notices.attempt(room.raiseHand(isRaised), failure);
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function watchOwn(
  self: Signal<Participant | undefined>,
  onChange: (before: Participant, now: Participant) => void,
): () => void {
  let before = self.current;
  return self.subscribe((now) => {
    if (before !== undefined && now !== undefined) onChange(before, now);
    before = now ?? before;
  });
}

/** What others changed about oneself, in words. */
function ownNews(
  before: Participant,
  now: Participant,
  nameOf: (id: ParticipantId) => string | undefined,
): readonly string[] {
  const who = (id: ParticipantId) => nameOf(id) ?? 'A moderator';
  const mutedBy = newMuter(before.microphone, now.microphone);
  const stoppedBy = newMuter(before.camera, now.camera);
  const endedBy = newMuter(before.screen, now.screen);
  return [
    ...(mutedBy === undefined || mutedBy === now.id ? [] : [`${who(mutedBy)} muted you`]),
    ...(stoppedBy === undefined || stoppedBy === now.id ? [] : [`${who(stoppedBy)} stopped your video`]),
    ...(endedBy === undefined || endedBy === now.id ? [] : [`${who(endedBy)} stopped your screen share`]),
    ...(before.role === now.role ? [] : [ownRoleNews[now.role]]),
  ];
}

function newMuter(
  before: Participant['microphone'],
  now: Participant['microphone'],
): ParticipantId | undefined {
  return now?.mutedBy === before?.mutedBy ? undefined : now?.mutedBy;
}

const ownRoleNews: Readonly<Record<Participant['role'], string>> = {
  owner: 'You are a host of this room now',
  moderator: 'You are a moderator now',
  participant: 'You are a participant now',
  listener: 'You are a listener now',
};
