/** What the page of a broadcast needs of the browser. */
import { playHls } from './hls-player.ts';
import type { LivePorts, LiveStatus } from './live-viewer.ts';

export interface LivePlace {
  readonly room: string;
  /** Of a broadcast that is for those only who have it. */
  readonly key: string | undefined;
}

export function createLivePorts(rootUrl: string, { room, key }: LivePlace): LivePorts {
  const address = (name: string) => {
    const url = new URL(`live/${encodeURIComponent(room)}/${name}`, rootUrl);
    if (key !== undefined) url.searchParams.set('key', key);
    return url.href;
  };
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
