import { expect, test } from 'vitest';
import { createConfig } from '../config/config.ts';
import { isRelayWanted } from './relay.ts';

test.each([
  ['none for this machine alone', {}, false],
  ['one where others are to reach it', { host: '0.0.0.0' }, true],
  ['one behind a proxy', { publicUrl: 'https://meet.example.org' }, true],
  ['none where there are servers of others', { host: '0.0.0.0', iceServersFile: 'ice.json' }, false],
  ['both where it is asked for', { iceServersFile: 'ice.json', relay: 'on' }, true],
  ['none where it is not wanted', { host: '0.0.0.0', relay: 'off' }, false],
] as const)('by itself a server has %s', (_what, values, isWanted) => {
  expect(isRelayWanted(createConfig(values))).toBe(isWanted);
});
