/** What the own devices mean for a room: which tracks are sent, what is said of them, and what moderators stop. */
import type { Publications, Source } from '@plenum/protocol';
import type { Participant } from './conference-client-types.ts';
import type { DeviceState, LocalMedia } from './devices/local-media-types.ts';
import type { Stay } from './stay.ts';

export function localTrackOf(localMedia: LocalMedia, source: Source): MediaStreamTrack | undefined {
  if (source === 'camera') return trackOf(localMedia.camera.current);
  return source === 'microphone' ? trackOf(localMedia.microphone.current) : undefined;
}

function trackOf(state: DeviceState): MediaStreamTrack | undefined {
  return state.name === 'on' ? state.track : undefined;
}

/** What the devices give, as the own Connection says it. */
export function describePublications(localMedia: LocalMedia | undefined): Publications {
  if (localMedia === undefined) return {};
  const { camera, microphone, muted } = localMedia;
  const hasPicture = camera.current.name === 'on';
  const hasSound = microphone.current.name === 'on' && !muted.current;
  return { microphone: { muted: !hasSound }, camera: { muted: !hasPicture } };
}

/** Sends what the devices give now. */
export function sendTracks(stay: Stay, localMedia: LocalMedia): void {
  for (const source of ['camera', 'microphone'] as const) {
    stay.setTrack(source, localTrackOf(localMedia, source));
  }
}

/** Calls back whenever a device gives something else; what it returns ends that. */
export function watchDevices({ camera, microphone, muted }: LocalMedia, onChange: () => void): () => void {
  const stops = [camera.subscribe(onChange), microphone.subscribe(onChange), muted.subscribe(onChange)];
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
  const isStopped = (source: 'microphone' | 'camera') => {
    const isMutedNow = is?.[source]?.mutedBy !== undefined && was?.[source]?.mutedBy === undefined;
    return isMutedNow || (is !== undefined && !is.mayPublish.includes(source));
  };
  if (isStopped('microphone')) localMedia.mute();
  if (isStopped('camera') && localMedia.camera.current.name !== 'off') localMedia.stopCamera();
}
