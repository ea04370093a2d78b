/** What the own devices mean for a room: which tracks are sent, what is said of them, and what moderators stop. */
import { type Publications, type Source, sources } from '@plenum/protocol';
import type { Participant } from './conference-client-types.ts';
import type { DeviceState, LocalMedia, ScreenState } from './devices/local-media-types.ts';
import type { Stay } from './stay.ts';

export function localTrackOf(localMedia: LocalMedia, source: Source): MediaStreamTrack | undefined {
  switch (source) {
    case 'camera':
      return trackOf(localMedia.camera.current);
    case 'microphone':
      return trackOf(localMedia.microphone.current);
    case 'screen':
      return sharedOf(localMedia)?.track;
    case 'screen-audio':
      return sharedOf(localMedia)?.sound;
  }
}

function sharedOf({ screen }: LocalMedia): Extract<ScreenState, { name: 'on' }> | undefined {
  return screen.current.name === 'on' ? screen.current : undefined;
}

function trackOf(state: DeviceState): MediaStreamTrack | undefined {
  return state.name === 'on' ? state.track : undefined;
}

/** What the devices give, as the own Context says it. A screen that is not shared is not published at all. */
export function describePublications(localMedia: LocalMedia | undefined): Publications {
  if (localMedia === undefined) return {};
  const { camera, microphone, muted } = localMedia;
  const hasPicture = camera.current.name === 'on';
  const hasSound = microphone.current.name === 'on' && !muted.current;
  const shared = sharedOf(localMedia);
  return {
    microphone: { muted: !hasSound },
    camera: { muted: !hasPicture },
    ...(shared === undefined ? {} : { screen: { muted: false } }),
    ...(shared?.sound === undefined ? {} : { 'screen-audio': { muted: false } }),
  };
}

/** Sends what the devices give now. */
export function sendTracks(stay: Stay, localMedia: LocalMedia): void {
  for (const source of sources) {
    stay.media.setTrack(source, localTrackOf(localMedia, source));
  }
}

/** Calls back whenever a device gives something else; what it returns ends that. */
export function watchDevices(
  { camera, microphone, muted, screen }: LocalMedia,
  onChange: () => void,
): () => void {
  const stops = [camera, microphone, muted, screen].map((one) => one.subscribe(onChange));
  return () => {
    for (const stop of stops) stop();
  };
}

/** What the server has stopped already, the devices stop too: the button says what is so. */
export function obeyModerators(
  localMedia: LocalMedia,
  before: readonly Participant[],
  after: readonly Participant[],
): void {
  const [was, is] = [before, after].map((people) => people.find(({ isLocal }) => isLocal));
  const isStopped = (source: 'microphone' | 'camera' | 'screen') => {
    const isMutedNow = is?.[source]?.mutedBy !== undefined && was?.[source]?.mutedBy === undefined;
    return isMutedNow || (is !== undefined && !is.mayPublish.includes(source));
  };
  if (isStopped('microphone')) localMedia.mute();
  if (isStopped('screen')) localMedia.stopScreen();
  if (isStopped('camera') && localMedia.camera.current.name !== 'off') localMedia.stopCamera();
}
