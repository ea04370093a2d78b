// Our own mixer, in its process as the server has it.
import { MixerProcess } from '@plenum/mixer/process';
import { encoding, loopback, type MixRig, mixedPicture, type RigOptions, ssrcsOf } from './rig.ts';

/** More than any room costs. */
const budget = 10_000;

export async function startPlenumRig({ people, socket }: RigOptions): Promise<MixRig> {
  const mixer = new MixerProcess({ logger: { info: () => undefined, warn: () => undefined }, budget });
  const room = await mixer.openRoom({
    encoding,
    picture: mixedPicture,
    people,
    remotePort: socket.address().port,
    onEnded: (reason) => {
      throw new Error(`the mixer ended: ${reason}`);
    },
  });
  const order = Array.from({ length: people }, (_, person) => `person-${person}`);
  for (const [person, id] of order.entries()) {
    const { voice, picture, hears } = ssrcsOf(person);
    room.add({
      id,
      ownerId: id,
      name: `Person ${person}`,
      voice: { ssrc: voice },
      picture: { ssrc: picture, codec: 'vp8' },
      hears: { ssrc: hears, payloadType: 111 },
    });
  }
  room.arrange({ kind: 'grid', order });
  if (mixer.pid === undefined) throw new Error('the mixer does not run');
  return {
    pid: mixer.pid,
    send: (_person, _kind, datagram) => socket.send(datagram, room.port, loopback),
    close: () => mixer.close(),
  };
}
