// Asks the browser for tracks. Camera and microphone wanted in the same tick are asked for together, so that the
// person sees one question; where that fails each is asked for alone, so that one failing does not take the other.
import { ConferenceError } from '@plenum/protocol';
import { cameraConstraints, microphoneConstraints } from './device-constraints.ts';
import { deviceErrorOf } from './device-errors.ts';
import type { CaptureKind, DevicePlatform } from './device-platform.ts';

/** How asking for a device ended. */
export type OpenOutcome =
  | { readonly name: 'opened'; readonly track: MediaStreamTrack; readonly deviceId: string }
  | { readonly name: 'open-failed'; readonly error: ConferenceError };

/**
 * Opens a device: the given one, or another of its kind where that is gone. Never rejects. To be called for one
 * kind only after it has answered for that kind.
 */
export type OpenDevice = (kind: CaptureKind, deviceId: string | undefined) => Promise<OpenOutcome>;

interface OpenRequest {
  readonly kind: CaptureKind;
  readonly deviceId: string | undefined;
  readonly resolve: (outcome: OpenOutcome) => void;
}

interface VideoLimits {
  readonly height: number;
  readonly frameRate: number;
}

/** An opener that collects what is wanted within one tick. */
export function createDeviceOpener(platform: DevicePlatform, video: VideoLimits): OpenDevice {
  let collected: OpenRequest[] = [];

  function flush(): void {
    const [first, second] = collected;
    collected = [];
    if (first !== undefined && second !== undefined) void answerTogether(first, second);
    else if (first !== undefined) void answerAlone(first);
  }

  async function answerAlone(request: OpenRequest): Promise<void> {
    request.resolve(await openAlone(request));
  }

  async function openAlone({ kind, deviceId }: OpenDeviceWish): Promise<OpenOutcome> {
    try {
      const tracks = await platform.getUserMedia(constraintsFor([{ kind, deviceId }]));
      return openedFrom(tracks, kind);
    } catch (thrown) {
      const error = deviceErrorOf(thrown);
      const isGone = error.code === 'device-not-found' && deviceId !== undefined;
      return isGone ? openAlone({ kind, deviceId: undefined }) : { name: 'open-failed', error };
    }
  }

  async function answerTogether(first: OpenRequest, second: OpenRequest): Promise<void> {
    try {
      const tracks = await platform.getUserMedia(constraintsFor([first, second]));
      for (const request of [first, second]) request.resolve(openedFrom(tracks, request.kind));
    } catch (thrown) {
      const error = deviceErrorOf(thrown);
      void answerAfterRefusal(first, second.kind, error);
      void answerAfterRefusal(second, first.kind, error);
    }
  }

  async function answerAfterRefusal(
    request: OpenRequest,
    otherKind: CaptureKind,
    error: ConferenceError,
  ): Promise<void> {
    const wasDismissed = error.code === 'permission-denied' && (await isUndecided(request.kind, otherKind));
    if (wasDismissed) request.resolve({ name: 'open-failed', error });
    else await answerAlone(request);
  }

  // The person has just closed the question about this device: asking once more would pester. With the other
  // device forbidden there was no question, and this one may still be had.
  async function isUndecided(kind: CaptureKind, otherKind: CaptureKind): Promise<boolean> {
    const [own, other] = await Promise.all([platform.permission(kind), platform.permission(otherKind)]);
    return own === 'prompt' && other !== 'denied';
  }

  function constraintsFor(wishes: readonly OpenDeviceWish[]): MediaStreamConstraints {
    const constraints: MediaStreamConstraints = {};
    for (const { kind, deviceId } of wishes) {
      if (kind === 'camera') constraints.video = cameraConstraints(video, deviceId);
      else constraints.audio = microphoneConstraints(deviceId);
    }
    return constraints;
  }

  return (kind, deviceId) => {
    if (!platform.hasMediaDevices) {
      return Promise.resolve({ name: 'open-failed', error: new ConferenceError('insecure-page') });
    }
    return new Promise((resolve) => {
      if (collected.length === 0) queueMicrotask(flush);
      collected.push({ kind, deviceId, resolve });
    });
  };
}

type OpenDeviceWish = Pick<OpenRequest, 'kind' | 'deviceId'>;

function openedFrom(tracks: readonly MediaStreamTrack[], kind: CaptureKind): OpenOutcome {
  const track = tracks.find((candidate) => candidate.kind === (kind === 'camera' ? 'video' : 'audio'));
  if (track === undefined) {
    return { name: 'open-failed', error: new ConferenceError('device-not-found') };
  }
  return { name: 'opened', track, deviceId: track.getSettings().deviceId ?? '' };
}
