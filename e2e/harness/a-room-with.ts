/** A server, and somebody in a room of it with a camera and a microphone: where most tests of what comes from outside begin. */
import type { Browser } from 'playwright-core';
import { aBrowser, aPage } from './chromium.ts';
import { lowQuality, MeetingPage } from './meeting-page.ts';
import { aServer, type TestServer } from './server.ts';

export interface RoomWithSomeone {
  readonly server: TestServer;
  readonly browser: Browser;
  readonly person: MeetingPage;
}

/** @param host What the server listens on; this machine only unless given. */
export async function aRoomWith(name: string, host?: string): Promise<RoomWithSomeone> {
  const server = await aServer(host === undefined ? {} : { host });
  const browser = await aBrowser({ flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] });
  const person = new MeetingPage(await aPage(browser), server.url, 'studio', lowQuality);
  await person.open();
  await person.join(name);
  return { server, browser, person };
}
