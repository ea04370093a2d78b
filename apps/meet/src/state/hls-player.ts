/** Plays a live stream in a video element: by hls.js where the browser lets a page do so, and else by the browser itself. */
import type Hls from 'hls.js';
import type { LivePlayer, LivePlayerEvents } from './live-viewer.ts';

/** Seconds behind the newest: who paused comes back to it. */
const farBehind = 6;
/** What hls.js may play faster, to come back to it after a gap; nobody hears that. */
const catchUpRate = 1.1;
/** Milliseconds since 1970 that the picture is behind, by this machine's clock: for whoever measures it. */
const behindAttribute = 'behindMs';

export function playHls(video: HTMLVideoElement, url: string, events: LivePlayerEvents): LivePlayer {
  const ending = new AbortController();
  const { signal } = ending;
  let hls: Hls | undefined;
  let isMutedHere = false;
  const listen = (type: keyof HTMLMediaElementEventMap, listener: () => void) =>
    video.addEventListener(type, listener, { signal });
  listen('ended', events.onEnded);
  listen('play', () => {
    const newest = hls?.liveSyncPosition ?? undefined;
    if (newest !== undefined && newest - video.currentTime > farBehind) video.currentTime = newest;
  });
  listen('timeupdate', () => {
    const { playingDate } = hls ?? {};
    if (playingDate) video.dataset[behindAttribute] = String(Date.now() - playingDate.getTime());
  });
  const begin = async () => {
    if ('MediaSource' in window || 'ManagedMediaSource' in window) {
      // Only who looks on at a broadcast needs it.
      const { default: Player } = await import('hls.js/light');
      if (signal.aborted) return;
      hls = attachHls(Player, video, url, events);
    } else {
      listen('error', events.onFailed);
      video.src = url;
    }
    if (await canPlay(video)) return;
    if (signal.aborted) return;
    // Without sound, until somebody asks for it.
    video.muted = true;
    isMutedHere = true;
    events.onNeed((await canPlay(video)) ? 'sound' : 'play');
  };
  begin().catch(() => {
    if (!signal.aborted) events.onFailed();
  });
  return {
    get position() {
      return video.paused ? undefined : video.currentTime;
    },
    satisfy() {
      video.muted = false;
      isMutedHere = false;
      // What is refused in a click stays as it is.
      video.play().then(
        () => events.onNeed('nothing'),
        () => undefined,
      );
    },
    close() {
      ending.abort();
      // The next one asks again.
      if (isMutedHere) video.muted = false;
      hls?.destroy();
      delete video.dataset[behindAttribute];
      if (hls === undefined) {
        video.removeAttribute('src');
        video.load();
      }
    },
  };
}

function attachHls(
  Player: typeof Hls,
  video: HTMLVideoElement,
  url: string,
  { onFailed }: LivePlayerEvents,
): Hls {
  const hls = new Player({
    lowLatencyMode: true,
    maxLiveSyncPlaybackRate: catchUpRate,
    // What comes needs no repacking; and a worker would need more of the page's Content-Security-Policy.
    enableWorker: false,
    backBufferLength: 10,
  });
  let hasRecovered = false;
  hls.on(Player.Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return;
    if (type !== Player.ErrorTypes.MEDIA_ERROR || hasRecovered) return onFailed();
    hasRecovered = true;
    hls.recoverMediaError();
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return hls;
}

/** Browsers play no sound before somebody clicks, and some nothing at all. */
async function canPlay(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return true;
  } catch (error) {
    // Whatever else prevents it is told by the player, or is its end.
    return !(error instanceof DOMException && error.name === 'NotAllowedError');
  }
}
