/** One's device does not carry everybody by themselves: the server shows them in one picture, unless one says otherwise. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilOnlySeesAndHears, untilSeesAndHears } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { pretendedSlowness } from './harness/pretended-slowness.ts';
import { aServer } from './harness/server.ts';

const slowly = { timeout: 280_000 };
/** Smaller pictures are tried first, each for some ten seconds. */
const patience = { timeout: 120_000 };
const names = ['Ann', 'Ben', 'Cleo', 'Dan'];
const label = `Everybody: ${new Intl.ListFormat('en').format(names)}`;

test(
  'who would have to leave people out sees all in one small picture, is told so, and goes back with a click',
  slowly,
  async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const page = await aPage(browser);
    const slowness = await pretendedSlowness(page);
    const ann = new MeetingPage(page, server.url, 'standup', lowQuality);
    const others = names.slice(1);
    await ann.open();
    await ann.join('Ann');
    for (const name of others) {
      const other = new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
      await other.open();
      await other.join(name);
    }
    await untilSeesAndHears(ann, others);
    await slowness.set(true);
    const explained = page.getByText('Everybody is shown in one picture now');
    await explained.waitFor(patience);
    await slowness.set(false);
    await untilOnlySeesAndHears(ann, [label]);
    const height = async () => (await ann.report()).tiles.find(({ name }) => name === label)?.height;
    await expect.poll(height).toBe(360);
    await ann.button('Show each').click();
    await untilOnlySeesAndHears(ann, others);
    expect(await explained.count()).toBe(0);
    expect(server.log()).toContain('a view was chosen');
  },
);
