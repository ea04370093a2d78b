/** A browser that says it does not decode in time what comes, where no device could be made slow to the point. */
import type { Page } from 'playwright-core';

export interface PretendedSlowness {
  /** Whether it says so from now on. */
  set(isSlow: boolean): Promise<void>;
}

/** To be called before the page is opened. */
export async function pretendedSlowness(page: Page): Promise<PretendedSlowness> {
  await page.addInitScript(pretend);
  return {
    set: (isSlow) =>
      page.evaluate((value) => {
        Object.assign(globalThis, { isSlow: value });
      }, isSlow),
  };
}

/** What of a picture that comes is another here; all else is as the browser says. */
interface PictureStat {
  readonly type: string;
  readonly kind?: string;
  readonly framesReceived: number;
}

interface Connection {
  getStats(selector?: unknown): Promise<ReadonlyMap<string, PictureStat>>;
}

/** Sent to the page as text, so it stands alone. */
function pretend(): void {
  const page = globalThis as unknown as {
    isSlow?: boolean;
    readonly RTCPeerConnection: { readonly prototype: Connection };
  };
  // So many more frames came than did, of which so much was decoded, each in so many seconds: of a few frames it is not judged.
  const [times, share, seconds] = [4, 0.4, 0.05];
  const { prototype } = page.RTCPeerConnection;
  const { getStats } = prototype;
  prototype.getStats = async function (selector) {
    const stats = await getStats.call(this, selector);
    if (page.isSlow !== true) return stats;
    const slowly = [...stats].map(([id, stat]) => {
      if (stat.type !== 'inbound-rtp' || stat.kind !== 'video') return [id, stat] as const;
      const framesReceived = stat.framesReceived * times;
      const framesDecoded = Math.floor(framesReceived * share);
      return [
        id,
        { ...stat, framesReceived, framesDecoded, totalDecodeTime: framesDecoded * seconds },
      ] as const;
    });
    return new Map(slowly);
  };
}
