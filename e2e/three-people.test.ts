/** The first call: three people in three browsers, through the real app and the real server. */
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage, smallWindow } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { lowQuality, MeetingPage, type VisitOptions } from './harness/meeting-page.ts';
import { nothing } from './harness/metrics.ts';
import { aServer } from './harness/server.ts';

const soon = { timeout: 30_000 };
/** What nobody looks at goes on for a while. */
const patiently = { timeout: 60_000 };

const names = ['Ann', 'Ben', 'Cleo'];

/** Ann's picture has its full size where the others' are small: three encoders of that size need a larger machine. */
async function aCallOfThree(optionsOfAnn: VisitOptions = lowQuality) {
  const server = await aServer();
  const browser = await aBrowser();
  const people = new Map<string, MeetingPage>();
  for (const name of names) {
    const options = name === 'Ann' ? optionsOfAnn : lowQuality;
    const visitor = new MeetingPage(await aPage(browser), server.url, 'standup', options);
    await visitor.open();
    await visitor.join(name);
    people.set(name, visitor);
  }
  const person = (name: string): MeetingPage => {
    const found = people.get(name);
    if (found === undefined) throw new Error(`${name} is not in the call`);
    return found;
  };
  return { server, people, person };
}

describe('three people in one room', () => {
  test('see and hear each other over one connection and one offer each', async () => {
    const { people } = await aCallOfThree({});
    await untilAllSeeAndHear(people);
    for (const visitor of people.values()) {
      const { connections, remoteOffers, dtlsState, srtpCipher } = await visitor.report();
      expect({ connections, remoteOffers, dtlsState }).toEqual({
        connections: 1,
        remoteOffers: 1,
        dtlsState: 'connected',
      });
      expect(srtpCipher).toMatch(/AEAD_AES_(128|256)_GCM$/);
    }
  });

  test('have the app as it is built for people, not for its developers', async () => {
    const server = await aServer();
    const page = await aPage(await aBrowser());
    const [script] = await Promise.all([
      page.waitForResponse((response) => /\/assets\/index-.*\.js$/.test(response.url())),
      page.goto(`${server.url}/standup`),
    ]);
    // React's own word for what it does only there.
    expect(await script.text()).not.toContain('jsxDEV');
  });

  test('are sent the sizes of a camera that somebody looks at, and no others', async () => {
    const { people, person } = await aCallOfThree({});
    await untilAllSeeAndHear(people);
    const sizes = async () =>
      (await person('Ann').report()).layers.filter(({ active }) => active).map(({ rid }) => rid);
    const ben = person('Ben');
    const linesOfAnn = async () => (await ben.report()).tiles.find(({ name }) => name === 'Ann')?.height;
    // In so small a window nobody is shown taller than a quarter of what is captured.
    await expect.poll(sizes, patiently).toHaveLength(1);
    const { width, height } = smallWindow;
    await ben.page.setViewportSize({ width: 1_920, height: 1_600 });
    await expect.poll(sizes, soon).toHaveLength(3);
    await expect.poll(linesOfAnn, soon).toBe(720);
    await ben.page.setViewportSize({ width, height });
    await expect.poll(sizes, patiently).toHaveLength(1);
    await expect.poll(linesOfAnn, soon).toBe(180);
    await untilAllSeeAndHear(people);
  });

  test('see every frame, but for what gets lost', async () => {
    const { people, person } = await aCallOfThree();
    await untilAllSeeAndHear(people);
    const sent = async () =>
      Math.max(...(await person('Ann').report()).layers.map(({ framesSent }) => framesSent));
    const seen = async () =>
      (await person('Ben').report()).tiles.find(({ name }) => name === 'Ann')?.framesDecoded ?? 0;
    let [sentBefore, seenBefore] = [await sent(), await seen()];
    const share = async () => {
      const [sentNow, seenNow] = [await sent(), await seen()];
      const part = (seenNow - seenBefore) / (sentNow - sentBefore);
      [sentBefore, seenBefore] = [sentNow, seenNow];
      return part;
    };
    // A browser sends three frame rates in one: of the lowest alone it would be a quarter.
    await expect.poll(share, { timeout: 60_000, interval: 5_000 }).toBeGreaterThan(0.6);
  });

  test('each has a tile with a name and a picture, and the buttons of the contract', async () => {
    const { people, person } = await aCallOfThree();
    for (const visitor of people.values()) {
      for (const name of people.keys()) {
        await visitor.tile(name).waitFor();
        expect(await visitor.tile(name).locator('video').count()).toBe(1);
      }
    }
    const ann = person('Ann');
    for (const name of ['Mute', 'Stop video', 'Leave']) await ann.button(name).waitFor();
  });

  test('are told who is muted and whose camera is off', async () => {
    const { people, person } = await aCallOfThree();
    await untilAllSeeAndHear(people);
    const ann = person('Ann');
    const others = [person('Ben'), person('Cleo')];
    const isAnnSeen = async (other: MeetingPage) =>
      (await other.report()).tiles.some(({ name, hasTrack }) => name === 'Ann' && hasTrack);

    await ann.button('Mute').click();
    await ann.button('Unmute').waitFor();
    await ann.button('Stop video').click();
    await ann.button('Start video').waitFor();
    for (const other of others) {
      await other.tile('Ann').getByRole('img', { name: 'Muted' }).waitFor();
      await expect.poll(() => isAnnSeen(other), soon).toBe(false);
    }

    await ann.button('Unmute').click();
    await ann.button('Start video').click();
    for (const other of others) {
      await other.tile('Ann').getByRole('img', { name: 'Muted' }).waitFor({ state: 'detached' });
    }
    await untilAllSeeAndHear(people);
  });

  test('leave without a trace', async () => {
    const { server, people, person } = await aCallOfThree();
    await untilAllSeeAndHear(people);
    expect(await server.counts()).toEqual({
      rooms: 1,
      participants: 3,
      sessions: 3,
      connectionObjects: 6,
      commObjects: 1,
      routers: 1,
      transports: 3,
      producers: 6,
      consumers: 12,
      viewers: 0,
    });

    await person('Ann').leave();
    await person('Ben').tile('Ann').waitFor({ state: 'detached' });
    await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 2, connectionObjects: 4 });

    for (const name of ['Ben', 'Cleo']) await person(name).leave();
    for (const visitor of people.values()) await visitor.page.close();
    await expect.poll(() => server.counts(), soon).toEqual(nothing);
  });
});
