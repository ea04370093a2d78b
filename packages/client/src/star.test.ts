/** What the link to the media server carries, as the server says. */
import { expect, test } from 'vitest';
import { aServer, joins, pass } from './testing/call-fixture.ts';

test('[C56] a camera is sent to the media server as large as somebody looks at it', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  expect(ann.link.largestLayer).toBe(0);
  const bob = await joins(server, 'Bob');
  bob.room.setVisible(new Map([[ann.room.localParticipantId, 360]]));
  await pass(server, 20_000);
  expect(ann.link.largestLayer).toBe(1);
});
