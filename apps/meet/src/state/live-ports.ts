/** What the page of a broadcast needs of the browser. */
import { playHls } from './hls-player.ts';
import type { LivePorts, LiveStatus } from './live-viewer.ts';

export function createLivePorts(rootUrl: string, room: string): LivePorts {
  const address = (name: string) => new URL(`live/${encodeURIComponent(room)}/${name}`, rootUrl).href;
  return {
    readStatus: async () => {
      const response = await fetch(address('status'));
      // Where nothing can be broadcast there is no such page.
      if (response.status === 404) return { isLive: false, audience: 0 };
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      return (await response.json()) as LiveStatus;
    },
    play: (video, events) => playHls(video, address('index.m3u8'), events),
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
