/** The way through the page: before, joining, call, after. */
import type { ConferenceClientApi, Invitation, LocalMedia, LocalMediaOptions, Room } from '@plenum/client';
import type { BrowserFamily } from './browser-family.ts';
import { type CallModel, createCall } from './call.ts';
import { createDevices, type DevicesModel } from './devices.ts';
import { type Failure, joinFailure } from './error-words.ts';
import type { PageAddress } from './page-address.ts';
import type { Preferences } from './preferences.ts';
import { type Signal, signal } from './signal.ts';
import type { AudioPlayer } from './sound.ts';

export type Phase =
  | { readonly name: 'before'; readonly failure: Failure | undefined }
  /** `isWaiting`: held in the lobby until somebody inside decides. */
  | { readonly name: 'joining'; readonly from: 'before' | 'after'; readonly isWaiting: boolean }
  | { readonly name: 'call'; readonly call: CallModel }
  /** Without a failure one left oneself. */
  | { readonly name: 'after'; readonly failure: Failure | undefined };

export interface MeetingModel {
  readonly room: string;
  readonly roomUrl: string;
  readonly phase: Signal<Phase>;
  /** Closed after the call, new for the next. */
  readonly devices: Signal<DevicesModel>;
  readonly preferences: Preferences;
  /** What to fill in as the name at first. */
  readonly initialName: string;
  /** Somebody asks one into another room; the newest, until it is answered. */
  readonly invitation: Signal<Invitation | undefined>;
  /** Tells whoever invited. */
  /** @param reason For whoever invited. */
  declineInvitation(reason?: string): void;
  /** Takes it off the screen: it was accepted, or nobody answered in time. */
  putInvitationAway(): void;
  join(name: string): void;
  cancelJoin(): void;
  leave(): void;
  rejoin(): void;
}

export interface MeetingPorts {
  readonly client: ConferenceClientApi;
  readonly createLocalMedia: (options: LocalMediaOptions) => LocalMedia;
  readonly createPlayer: () => AudioPlayer;
  /** Makes the sound of somebody at the door. */
  readonly knock: (speakerId: string) => void;
  readonly pixelRatio: () => number;
  /** Keeps the screen on; what it returns ends it. */
  readonly keepAwake: () => () => void;
  readonly preferences: Preferences;
  readonly browser: BrowserFamily;
}

export type MeetingAddress = Pick<PageAddress, 'name' | 'topology' | 'isLowQuality'> & {
  readonly room: string;
  readonly url: string;
};

const lowQuality = {
  video: { height: 180, frameRate: 5 },
  // Letters have to be read all the same.
  screen: { height: 720, frameRate: 5 },
  audioPacketTime: 60,
} as const;

export function createMeeting(ports: MeetingPorts, address: MeetingAddress): MeetingModel {
  const { client, preferences } = ports;
  const phase = signal<Phase>({ name: 'before', failure: undefined });
  const remembered = preferences.values.current;
  const openDevices = (camera: boolean, microphone: boolean) =>
    createDevices({
      media: ports.createLocalMedia({
        ...(address.isLowQuality && { video: lowQuality.video, screen: lowQuality.screen }),
        cameraId: preferences.values.current.cameraId || undefined,
        microphoneId: preferences.values.current.microphoneId || undefined,
      }),
      preferences,
      browser: ports.browser,
      startCamera: camera,
      startMicrophone: microphone,
    });
  const devices = signal(openDevices(remembered.joinsWithCamera, remembered.joinsWithMicrophone));
  let name = address.name ?? remembered.name;
  let attempt: AbortController | undefined;
  let endCall: (() => void) | undefined;
  const invitation = signal<Invitation | undefined>(undefined);
  client.addListener((next) => invitation.set(next));
  let wasOn = { camera: true, microphone: true };

  // Ahead of *Join*, which then takes one round trip. A failure shows when joining, where it can be dealt with.
  client.connect().catch(() => undefined);

  const enter = (room: Room) => {
    const call = createCall({ ...ports, room, devices: devices.current });
    const stopAwake = ports.keepAwake();
    const stopState = room.state.subscribe((state) => {
      if (state.name === 'left') finish(state.error);
    });
    endCall = () => {
      stopState();
      stopAwake();
      call.close();
    };
    phase.set({ name: 'call', call });
    // It may have ended before anybody listened.
    if (room.state.current.name === 'left') finish(room.state.current.error);
  };

  const finish = (failure: Failure | undefined) => {
    endCall?.();
    endCall = undefined;
    const { isCameraOn, isMicrophoneOn } = devices.current;
    wasOn = { camera: isCameraOn.current, microphone: isMicrophoneOn.current };
    phase.set({ name: 'after', failure });
    // The camera's light goes out with the call.
    devices.current.close();
  };

  const tryToJoin = async (from: 'before' | 'after', onFailure: (failure: Failure) => void) => {
    attempt?.abort();
    const own = new AbortController();
    attempt = own;
    phase.set({ name: 'joining', from, isWaiting: false });
    try {
      const localMedia = devices.current.media;
      const room = await client.joinRoom(address.room, {
        name,
        localMedia,
        topology: address.topology,
        ...(address.isLowQuality && { audioPacketTime: lowQuality.audioPacketTime }),
        onWaiting() {
          if (attempt === own && !own.signal.aborted) phase.set({ name: 'joining', from, isWaiting: true });
        },
        signal: own.signal,
      });
      // Cancelled at the last moment: do not stay there unseen.
      if (own.signal.aborted) await room.leave();
      else enter(room);
    } catch (error) {
      if (attempt === own && !own.signal.aborted) onFailure(joinFailure(error));
    }
  };

  return {
    room: address.room,
    roomUrl: address.url,
    phase,
    devices,
    preferences,
    initialName: name,
    invitation,
    declineInvitation(reason) {
      invitation.current?.decline(reason);
      invitation.set(undefined);
    },
    putInvitationAway: () => invitation.set(undefined),
    join(typed) {
      name = typed.trim().slice(0, 80);
      const { isCameraOn, isMicrophoneOn, problems, dismiss } = devices.current;
      // They were told here; the call tells only what is new.
      for (const problem of problems.current) dismiss(problem);
      preferences.update({
        name,
        joinsWithCamera: isCameraOn.current,
        joinsWithMicrophone: isMicrophoneOn.current,
      });
      void tryToJoin('before', (failure) => phase.set({ name: 'before', failure }));
    },
    cancelJoin() {
      if (phase.current.name !== 'joining') return;
      const { from } = phase.current;
      attempt?.abort();
      phase.set({ name: from, failure: undefined });
      if (from === 'after') devices.current.close();
    },
    leave() {
      if (phase.current.name !== 'call') return;
      const { room } = phase.current.call;
      finish(undefined);
      void room.leave();
    },
    rejoin() {
      if (phase.current.name !== 'after') return;
      devices.set(openDevices(wasOn.camera, wasOn.microphone));
      void tryToJoin('after', (failure) => {
        phase.set({ name: 'after', failure });
        devices.current.close();
      });
    },
  };
}
