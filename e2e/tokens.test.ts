/** A server for members only: who has no access token, or the wrong one, is told so; who has one is who it says. */
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer, type TestServer } from './harness/server.ts';

const cli = fileURLToPath(new URL('../packages/server/src/cli.ts', import.meta.url));

/** What `npx plenum token` prints, with the key of that server. */
function aToken(server: TestServer, ...flags: readonly string[]): string {
  const data = join(dirname(server.logFile), 'data');
  const args = [cli, 'token', '--data', data, ...flags];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
}

async function aVisitor(server: TestServer, browser: Browser, room: string, token?: string) {
  const fragment = token === undefined ? '' : `#token=${token}`;
  const query = `?quality=low${fragment}`;
  const visitor = new MeetingPage(await aPage(browser), server.url, room, { query });
  await visitor.open();
  return visitor;
}

/** Who is told why not goes: a page that stays open keeps a camera running. */
async function isRefused(visitor: MeetingPage, name: string): Promise<void> {
  await visitor.yourName.fill(name);
  await visitor.button('Join').click();
  await visitor.page.getByRole('alert').waitFor();
  await visitor.page.close();
}

test('members come in with their role, guests and the wrong tokens do not, and it is counted', async () => {
  const server = await aServer({ flags: ['--guests', 'refused', '--room-creation', 'members'] });
  const browser = await aBrowser();
  const host = aToken(
    server,
    '--room',
    'board',
    '--name',
    'Ann',
    '--user',
    'ann',
    '--role',
    'owner',
    '--create-rooms',
  );
  const ann = await aVisitor(server, browser, 'board', host);
  await ann.join('Ann');

  const guest = await aVisitor(server, browser, 'board');
  await isRefused(guest, 'Guy');

  const elsewhere = await aVisitor(
    server,
    browser,
    'board',
    aToken(server, '--room', 'kitchen', '--name', 'Eve'),
  );
  await isRefused(elsewhere, 'Eve');

  const forged = await aVisitor(server, browser, 'board', `${host.slice(0, -4)}AAAA`);
  await isRefused(forged, 'Mallory');

  const ben = await aVisitor(
    server,
    browser,
    'board',
    aToken(server, '--room', 'board', '--name', 'Ben', '--user', 'ben'),
  );
  await ben.join('Ben');
  await untilAllSeeAndHear(
    new Map([
      ['Ann', ann],
      ['Ben', ben],
    ]),
  );
  await ann.button('People').click();
  const people = ann.page.getByRole('list', { name: 'In the call' });
  await people.getByRole('listitem').filter({ hasText: 'Ann' }).getByText('Host').waitFor();

  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  for (const code of ['guests-refused', 'token-for-another-room', 'token-invalid']) {
    expect(metrics).toMatch(new RegExp(`plenum_refused_total\\{code="${code}"\\} [1-9]`));
  }
});
