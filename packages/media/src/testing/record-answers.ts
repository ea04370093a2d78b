/**
 * Records what real browsers answer to our offer, for the tests of the parser:
 * `node packages/media/src/testing/record-answers.ts`. Run again when a browser or the offer changed.
 */
import { writeFile } from 'node:fs/promises';
import { recordedCases, recordedOffer } from '../sdp/fixtures/recorded.ts';
import { openChromium, openFirefox } from './browsers.ts';

const browsers = { chromium: openChromium, firefox: openFirefox };

for (const [browser, open] of Object.entries(browsers)) {
  const page = await open();
  for (const { name, publishing, hasTracks } of recordedCases) {
    const { offer, publishOn } = recordedOffer();
    const publications = publishing.map((source) => ({
      source,
      mid: publishOn.get(source),
      hasTrack: hasTracks,
    }));
    const answer = await page.call<string>('answer', name, offer, publications);
    await writeFile(new URL(`../sdp/fixtures/${browser}-${name}.sdp`, import.meta.url), answer);
  }
  await page.close();
}
