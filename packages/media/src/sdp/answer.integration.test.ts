/**
 * What the browsers here answer to our offer is what was recorded for the other tests. `RECORD_ANSWERS=1` records it
 * anew, for when a browser or the offer changed.
 */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChromium, openFirefox, type PeerPage } from '../testing/browsers.ts';
import { type Answer, parseAnswer } from './answer.ts';
import { recordedAnswer, recordedCases, recordedOffer, recordedPlan } from './fixtures/recorded.ts';

const browsers = { chromium: openChromium, firefox: openFirefox } as const;

describe.each(['chromium', 'firefox'] as const)('%s', (browser) => {
  let page: PeerPage;
  beforeAll(async () => {
    page = await browsers[browser]();
  }, 120_000);
  afterAll(async () => {
    await page.close();
  });

  test.each(recordedCases)('answers $name as it was recorded', async ({ name, publishing, hasTracks }) => {
    const { offer, publishOn } = recordedOffer();
    const publications = publishing.map((source) => ({
      source,
      mid: publishOn.get(source),
      hasTrack: hasTracks,
    }));
    const answer = await page.call<string>('answer', name, offer, publications);
    if (process.env['RECORD_ANSWERS'] !== undefined) {
      await writeFile(new URL(`fixtures/${browser}-${name}.sdp`, import.meta.url), answer);
    }
    const [now, recorded] = [answer, recordedAnswer(browser, name)].map((sdp) =>
      parseAnswer(sdp, recordedPlan()),
    );
    expect(now && withoutChance(now)).toEqual(recorded && withoutChance(recorded));
  });
});

/** All but the fingerprint, the SSRCs and the cname, which are new each time. */
function withoutChance({ dtls, sources, slots, rejected }: Answer) {
  const parameters = Array.from(sources, ([source, { encodings = [], ...rest }]) => ({
    source,
    ...withoutCongestionControl(rest),
    encodings: encodings.map(({ rid, ssrc, rtx }) => ({
      rid,
      hasSsrc: ssrc !== undefined,
      hasRtx: rtx !== undefined,
    })),
  }));
  const received = Array.from(slots, ([mid, capabilities]) => [mid, withoutCongestionControl(capabilities)]);
  return { role: dtls.role, parameters, received, rejected };
}

interface Described {
  readonly codecs?: readonly { readonly rtcpFeedback?: readonly { readonly type: string }[] }[];
  readonly headerExtensions?: readonly { readonly uri: string }[];
}

/** Transport-wide congestion control Firefox has only in its later versions. */
function withoutCongestionControl({ codecs = [], headerExtensions = [] }: Described) {
  return {
    codecs: codecs.map(({ rtcpFeedback = [], ...codec }) => ({
      ...codec,
      rtcpFeedback: rtcpFeedback.filter(({ type }) => type !== 'transport-cc'),
    })),
    headerExtensions: headerExtensions.filter(({ uri }) => !uri.includes('transport-wide-cc')),
  };
}
