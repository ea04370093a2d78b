/** The server is killed in the middle of a call and started again: everything that people care about is there again. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

const soon = { timeout: 30_000 };
const names = ['Ann', 'Ben', 'Cleo'] as const;

test('after kill -9 and a restart everybody is back in the room, with media, chat and roles', async () => {
  const server = await aServer();
  const browser = await aBrowser();
  const people = new Map<string, MeetingPage>();
  for (const name of names) {
    const person = new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
    await person.open();
    await person.join(name);
    people.set(name, person);
  }
  await untilAllSeeAndHear(people);
  const [ann, ben] = [...people.values()];
  await ben?.say('said before the end');
  await ann?.page.getByText('said before the end').first().waitFor();

  await server.end('SIGKILL');
  await server.start();
  const begun = performance.now();
  await untilAllSeeAndHear(people);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`  everybody is back with media ${seconds} s after the server serves again\n`);

  const nothingTwice = { rooms: 1, participants: 3, connectionObjects: 6 };
  await expect.poll(() => server.counts(), soon).toMatchObject(nothingTwice);
  await ann?.page.getByRole('button', { name: /^Chat/ }).click();
  await ann?.page.getByRole('textbox', { name: 'Message to everyone' }).waitFor();
  await ann?.page.getByText('said before the end').first().waitFor();
  // Ann opened the room, and still is its host.
  await ann?.page.getByRole('button', { name: /^People/ }).click();
  await ann?.page.getByRole('list', { name: 'In the call' }).getByText('Host').waitFor();
});
