/**
 * Sharing screens, through the media server and in a mesh: Chromium answers the question what to share by a made-up screen
 * with a sound, as it makes up a camera.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear, untilHearsAtOnce, untilSeesScreens } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

/** The few things of a browser that the tests touch: this code is compiled without the DOM's types. */
interface SharingWindow {
  readonly navigator: {
    readonly mediaDevices: {
      getDisplayMedia(options: unknown): Promise<{ getVideoTracks(): readonly ScreenTrack[] }>;
    };
  };
  lastScreen?: ScreenTrack;
}
interface ScreenTrack {
  stop(): void;
  dispatchEvent(event: Event): boolean;
}

/** Keeps the track, so that it can be ended as the browser's own button ends it. */
function keepScreenTrack(): void {
  const page = globalThis as unknown as SharingWindow;
  const { mediaDevices } = page.navigator;
  const ask = mediaDevices.getDisplayMedia.bind(mediaDevices);
  mediaDevices.getDisplayMedia = async (options) => {
    const stream = await ask(options);
    const [track] = stream.getVideoTracks();
    if (track !== undefined) page.lastScreen = track;
    return stream;
  };
}

function endByTheBrowser(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { lastScreen } = globalThis as unknown as SharingWindow;
    lastScreen?.stop();
    lastScreen?.dispatchEvent(new Event('ended'));
  });
}

async function aCall(query: string, names: readonly string[]) {
  const server = await aServer();
  const browser = await aBrowser();
  const people = new Map<string, MeetingPage>();
  const joins = async (name: string) => {
    const page = await aPage(browser);
    await page.addInitScript(keepScreenTrack);
    const visitor = new MeetingPage(page, server.url, 'standup', { query });
    await visitor.open();
    await visitor.join(name);
    people.set(name, visitor);
    return visitor;
  };
  for (const name of names) await joins(name);
  await untilAllSeeAndHear(people);
  const person = (name: string): MeetingPage => {
    const found = people.get(name);
    if (found === undefined) throw new Error(`${name} is not in the call`);
    return found;
  };
  return { server, people, person, joins };
}

describe.each([
  ['through the media server', '?quality=low'],
  ['in a mesh', '?quality=low&topology=mesh'],
])('%s', (_where, query) => {
  test('everybody sees a shared screen beside its owner’s face, also who comes late, until it is stopped', async () => {
    const { people, person, joins } = await aCall(query, ['Ann', 'Ben']);
    const [ann, ben] = [person('Ann'), person('Ben')];
    await ann.button('Share screen').click();
    await ben.untilAnnounced('Ann is sharing their screen');
    await untilSeesScreens(ben, ['Ann']);
    await untilHearsAtOnce(ben, 2);
    const cleo = await joins('Cleo');
    for (const viewer of [ben, cleo]) {
      await untilSeesScreens(viewer, ['Ann']);
      expect(await viewer.tile('Ann').count()).toBe(1);
    }
    await untilSeesScreens(ann, []);
    await ann.page.getByText('You are sharing your screen and its sound').waitFor();

    await ann.button('Stop sharing').click();
    for (const viewer of [ben, cleo]) await viewer.screen('Ann').waitFor({ state: 'detached' });
    await ann.button('Share screen').waitFor();
    await untilAllSeeAndHear(people);

    // Once more, now without a further offer.
    await ann.button('Share screen').click();
    await untilSeesScreens(cleo, ['Ann']);
  });

  test('two share at the same moment, and one ends by the browser’s own button', async () => {
    const { person } = await aCall(query, ['Ann', 'Ben', 'Cleo']);
    const [ann, ben, cleo] = [person('Ann'), person('Ben'), person('Cleo')];
    await Promise.all([ann, ben].map((visitor) => visitor.button('Share screen').click()));
    await untilSeesScreens(cleo, ['Ann', 'Ben']);
    await untilSeesScreens(ann, ['Ben']);
    await untilSeesScreens(ben, ['Ann']);
    await endByTheBrowser(ann.page);
    await ann.button('Share screen').waitFor();
    for (const viewer of [ben, cleo]) await viewer.screen('Ann').waitFor({ state: 'detached' });
    await untilSeesScreens(cleo, ['Ben']);
  });

  test('a moderator stops a screen, which its owner learns, and may share again', async () => {
    const { person } = await aCall(query, ['Ann', 'Ben']);
    const [ann, ben] = [person('Ann'), person('Ben')];
    await ben.button('Share screen').click();
    await untilSeesScreens(ann, ['Ben']);
    await ann.choose('Ben', 'Stop Ben’s screen');
    await ben.banner('Ann stopped your screen share').waitFor();
    await ann.screen('Ben').waitFor({ state: 'detached' });
    await ben.button('Share screen').click();
    await untilSeesScreens(ann, ['Ben']);
  });
});
