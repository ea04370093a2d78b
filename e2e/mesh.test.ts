/** People who are connected straight to each other: the messaging node only relays what they agree on. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { nothing } from './harness/metrics.ts';
import { aServer } from './harness/server.ts';

const soon = { timeout: 30_000 };
const mesh = { query: '?quality=low&topology=mesh' };

async function aMeshOf(names: readonly string[]) {
  const server = await aServer();
  const browser = await aBrowser();
  const people = new Map<string, MeetingPage>();
  for (const name of names) {
    const visitor = new MeetingPage(await aPage(browser), server.url, 'standup', mesh);
    await visitor.open();
    await visitor.join(name);
    people.set(name, visitor);
  }
  const person = (name: string): MeetingPage => {
    const found = people.get(name);
    if (found === undefined) throw new Error(`${name} is not in the call`);
    return found;
  };
  return { server, browser, people, person };
}

test('four see and hear each other over six connections and twelve objects, without the media server', async () => {
  const { server, browser, people, person } = await aMeshOf(['Ann', 'Ben', 'Cleo', 'Dan']);
  await untilAllSeeAndHear(people);
  for (const visitor of people.values()) {
    const { connections, connected, dtlsState } = await visitor.report();
    expect({ connections, connected, dtlsState }).toEqual({
      connections: 3,
      connected: 3,
      dtlsState: 'connected',
    });
  }
  expect(await server.counts()).toMatchObject({
    participants: 4,
    connectionObjects: 12,
    commObjects: 1,
    routers: 0,
    transports: 0,
  });

  const eve = new MeetingPage(await aPage(browser), server.url, 'standup', mesh);
  await eve.open();
  await eve.yourName.fill('Eve');
  await eve.button('Join').click();
  await eve.page.getByRole('alert').filter({ hasText: 'The room is full' }).waitFor();
  await eve.page.close();

  await person('Dan').leave();
  await person('Ann').tile('Dan').waitFor({ state: 'detached' });
  await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 3, connectionObjects: 6 });
  for (const name of ['Ann', 'Ben', 'Cleo']) await person(name).leave();
  for (const visitor of people.values()) await visitor.page.close();
  await expect.poll(() => server.counts(), soon).toEqual(nothing);
});

test('a moderator mutes somebody, whom nobody hears then', async () => {
  const { people, person } = await aMeshOf(['Ann', 'Ben']);
  await untilAllSeeAndHear(people);
  await person('Ann').choose('Ben', 'Mute');
  await person('Ben').button('Unmute').waitFor();
  await person('Ann').tile('Ben').getByRole('img', { name: 'Muted' }).waitFor();
});

test('two who look for another way at the same moment go on seeing each other', async () => {
  const { people, person } = await aMeshOf(['Ann', 'Ben']);
  await untilAllSeeAndHear(people);
  for (let left = 3; left > 0; left--) {
    await Promise.all([person('Ann').restartIce(), person('Ben').restartIce()]);
    await untilAllSeeAndHear(people);
  }
  for (const visitor of people.values()) expect((await visitor.report()).connections).toBe(1);
});
