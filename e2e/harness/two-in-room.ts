/** Ann and Ben, who see and hear each other: where tests of what is made of a call begin. */
import type { Browser } from 'playwright-core';
import { aBrowser, aPage } from './chromium.ts';
import { untilSeesAndHears } from './media.ts';
import { lowQuality, MeetingPage } from './meeting-page.ts';
import { aServer, type TestServer } from './server.ts';

export interface TwoInRoom {
  readonly server: TestServer;
  /** Whose pages play sounds by themselves. */
  readonly browser: Browser;
  /** Who came first, and moderates. */
  readonly ann: MeetingPage;
  readonly ben: MeetingPage;
}

/** @param flags Of the server. */
export async function twoInRoom(flags: readonly string[] = []): Promise<TwoInRoom> {
  const server = await aServer({ flags });
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  const comes = async (name: string) => {
    const visitor = new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
    await visitor.open();
    await visitor.join(name);
    return visitor;
  };
  const [ann, ben] = [await comes('Ann'), await comes('Ben')];
  await untilSeesAndHears(ann, ['Ben']);
  return { server, browser, ann, ben };
}
