/** The contract, with a real worker and with a real browser on the other side. */
import { MixerProcess } from '@plenum/mixer/process';
import type { Source } from '@plenum/protocol';
import { afterAll, beforeAll } from 'vitest';
import { describeMediaServer, type MediaPeer, type MediaStage } from '../contract.ts';
import { openChromium, type PeerPage } from '../testing/browsers.ts';
import { startRealServer } from '../testing/real-server.ts';

let page: PeerPage;
let peers = 0;
const mixer = new MixerProcess({
  logger: { info: () => undefined, warn: () => undefined },
  budget: 100,
});

beforeAll(async () => {
  page = await openChromium();
  await page.call('capture');
});

afterAll(async () => {
  await mixer.close();
  await page.close();
});

describeMediaServer('the media server over mediasoup', async (): Promise<MediaStage> => {
  const { server, workerPid } = await startRealServer('127.0.0.1', mixer);
  const created: MediaPeer[] = [];
  return {
    server,
    createPeer: () => {
      const peer = aPeer(`peer-${peers++}`);
      created.push(peer);
      return peer;
    },
    crash: () => process.kill(workerPid(), 'SIGKILL'),
    close: async () => {
      await Promise.all(created.map((peer) => peer.close()));
      await server.close();
    },
  };
});

function aPeer(id: string): MediaPeer {
  return {
    answer: (offer, publishMids) => {
      const publications = publishMids.map((mid) => ({ source: sourceOn(offer, mid), mid, hasTrack: true }));
      return page.call('answer', id, offer, publications);
    },
    offer: (sources) => page.call('offer', id, sources),
    view: () => page.call('view', id),
    accept: (sdp) => page.call('accept', id, sdp),
    receives: (mid) => page.call('receives', id, mid),
    hearsNothing: (mid) => page.call('silent', id, mid, 300),
    send: (channel, message) => page.call('send', id, channel, message),
    received: (channel) => page.call('received', id, channel),
    // What the page sends is a tone without an end.
    speak: () => undefined,
    close: () => page.call('close', id),
  };
}

/** Which track to send: any of the right kind will do. */
function sourceOn(offer: string, mid: string): Source {
  const section = offer.split(/(?=^m=)/m).find((each) => each.includes(`a=mid:${mid}\r\n`));
  return section?.startsWith('m=audio') ? 'microphone' : 'camera';
}
