/** The program of `wrtc-participant.ts`: joins as its argument says, and tells its flow whenever it is asked. Ends with its parent. */
import process from 'node:process';
import { ConferenceClient, createLocalMedia } from '@plenum/client';
import type { WrtcVisit } from '../wrtc-participant.ts';
import { createDevices } from './devices.ts';
import { createFlowReader } from './flow-reader.ts';
import { createScreen } from './screen.ts';
import { connections } from './surroundings.ts';

process.on('disconnect', () => process.exit());

const { serverUrl, room: roomId, name, topology, tone }: WrtcVisit = JSON.parse(process.argv[2] ?? '');
const localMedia = createLocalMedia({}, createDevices({ tone }));
await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
const client = new ConferenceClient({ serverUrl });
const room = await client.joinRoom(roomId, {
  name,
  localMedia,
  topology,
  // Also where somebody else has opened the room.
  view: topology === 'mcu' ? 'composite' : undefined,
});
const screen = createScreen(room);
const readFlow = createFlowReader(connections, screen);

process.on('message', () => void readFlow().then((flow) => process.send?.(flow)));
process.send?.('joined');
