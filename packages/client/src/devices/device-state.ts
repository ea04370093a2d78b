import { assertNever, type ConferenceError } from '@plenum/protocol';
import type { DeviceState } from './local-media-types.ts';

/** What happens to a device. */
export type DeviceEvent =
  /** It is wanted, or another one in its place. */
  | { readonly name: 'start' }
  | { readonly name: 'opened'; readonly track: MediaStreamTrack; readonly deviceId: string }
  | { readonly name: 'open-failed'; readonly error: ConferenceError }
  /** It was unplugged, or taken away by browser or system: look for another. */
  | { readonly name: 'lost' }
  | { readonly name: 'stop' };

/**
 * The life of a camera or microphone. What the table leaves out changes nothing.
 *
 * | state    | start    | opened | open-failed | lost     | stop |
 * | -------- | -------- | ------ | ----------- | -------- | ---- |
 * | off      | starting |        |             |          |      |
 * | starting |          | on     | failed      |          | off  |
 * | on       | starting |        |             | starting | off  |
 * | failed   | starting |        |             |          | off  |
 */
export function transition(state: DeviceState, event: DeviceEvent): DeviceState {
  switch (event.name) {
    case 'start':
      return state.name === 'starting' ? state : { name: 'starting' };
    case 'opened':
      return state.name === 'starting' ? { name: 'on', track: event.track, deviceId: event.deviceId } : state;
    case 'open-failed':
      return state.name === 'starting' ? { name: 'failed', error: event.error } : state;
    case 'lost':
      return state.name === 'on' ? { name: 'starting' } : state;
    case 'stop':
      return state.name === 'off' ? state : { name: 'off' };
    default:
      return assertNever(event);
  }
}

/** The track of a device that is on. */
export function trackOf(state: DeviceState): MediaStreamTrack | undefined {
  return state.name === 'on' ? state.track : undefined;
}
