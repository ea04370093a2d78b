import { ConferenceError } from '@plenum/protocol';
import { describe, expect, test } from 'vitest';
import { type DeviceEvent, transition } from './device-state.ts';
import { FakeTrack } from './fake-track.ts';
import type { DeviceState } from './local-media-types.ts';

const track = new FakeTrack('video', 'cam', 'The cam');
const error = new ConferenceError('device-in-use');

const states: Readonly<Record<DeviceState['name'], DeviceState>> = {
  off: { name: 'off' },
  starting: { name: 'starting' },
  on: { name: 'on', track, deviceId: 'cam' },
  failed: { name: 'failed', error },
};

const events: Readonly<Record<DeviceEvent['name'], DeviceEvent>> = {
  start: { name: 'start' },
  opened: { name: 'opened', track, deviceId: 'cam' },
  'open-failed': { name: 'open-failed', error },
  lost: { name: 'lost' },
  stop: { name: 'stop' },
};

const moves: readonly (readonly [DeviceState['name'], DeviceEvent['name'], DeviceState['name']])[] = [
  ['off', 'start', 'starting'],
  ['starting', 'opened', 'on'],
  ['starting', 'open-failed', 'failed'],
  ['starting', 'stop', 'off'],
  ['on', 'start', 'starting'],
  ['on', 'lost', 'starting'],
  ['on', 'stop', 'off'],
  ['failed', 'start', 'starting'],
  ['failed', 'stop', 'off'],
];

describe('a device', () => {
  test.each(moves)('that is %s goes on "%s" to %s', (from, event, to) => {
    expect(transition(states[from], events[event])).toEqual(states[to]);
  });

  test('keeps its very state on every event that the table leaves out', () => {
    for (const state of Object.values(states)) {
      for (const event of Object.values(events)) {
        if (moves.some(([from, name]) => from === state.name && name === event.name)) continue;
        expect(transition(state, event)).toBe(state);
      }
    }
  });
});
