/** Ten people in one room, each with a browser page. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

const names = ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hanna', 'Ida', 'Jon'];

test('ten people in one room all see and hear each other', { timeout: 600_000 }, async () => {
  const server = await aServer();
  const browser = await aBrowser();
  const people = new Map<string, MeetingPage>();
  for (const name of names) {
    const visitor = new MeetingPage(await aPage(browser), server.url, 'crowd', lowQuality);
    await visitor.open();
    await visitor.join(name);
    people.set(name, visitor);
  }
  await untilAllSeeAndHear(people);
  for (const visitor of people.values()) {
    expect(await visitor.report()).toMatchObject({ connections: 1, remoteOffers: 1 });
  }
  expect(await server.counts()).toMatchObject({ participants: 10, transports: 10, consumers: 10 * 9 * 2 });
});
