/** Each function of the client hyperty and of the server hyperty, in the meeting app or in the pages of the examples. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTokenService } from '@plenum/messaging-node/tokens';
import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { servePage } from '../examples/testing/pages.ts';
import { runServer, type ServerProgram } from '../examples/testing/program.ts';
import { aBrowser, aPage } from './harness/chromium.ts';
import { InvitePage } from './harness/invite-page.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer, type TestServer } from './harness/server.ts';

const soon = { timeout: 30_000 };

interface Place {
  readonly url: string;
}

async function aVisitor(place: Place, browser: Browser, { room = 'tea', token = '' } = {}) {
  const query = token === '' ? '?quality=low' : `?quality=low#token=${token}`;
  const visitor = new MeetingPage(await aPage(browser), place.url, room, { query });
  await visitor.open();
  return visitor;
}

async function aPerson(place: Place, browser: Browser, name: string): Promise<MeetingPage> {
  const person = await aVisitor(place, browser);
  await person.join(name);
  return person;
}

describe('in the client hyperty', () => {
  test('joinRoom brings people together, who see and hear each other', async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const ann = await aPerson(server, browser, 'Ann');
    const ben = await aPerson(server, browser, 'Ben');
    await untilAllSeeAndHear(
      new Map([
        ['Ann', ann],
        ['Ben', ben],
      ]),
    );
    expect(await server.counts()).toMatchObject({ rooms: 1, participants: 2 });
  });

  test('leaveRoom takes one out, and one may come again', async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const ann = await aPerson(server, browser, 'Ann');
    const ben = await aPerson(server, browser, 'Ben');
    await ann.tile('Ben').waitFor();
    await ben.leave();
    await ann.tile('Ben').waitFor({ state: 'detached' });
    await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 1, connectionObjects: 2 });
    await ben.button('Rejoin').click();
    await ann.tile('Ben').waitFor();
  });

  test('onNewParticipant tells who comes', async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const ann = await aPerson(server, browser, 'Ann');
    for (const name of ['Ben', 'Cem']) {
      await aPerson(server, browser, name);
      await ann.untilAnnounced(`${name} joined`);
    }
  });

  test('onParticipantLeft tells who goes, by a word or without', async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const ann = await aPerson(server, browser, 'Ann');
    const ben = await aPerson(server, browser, 'Ben');
    const cem = await aPerson(server, browser, 'Cem');
    await ann.tile('Cem').waitFor();
    await ben.leave();
    await ann.untilAnnounced('Ben left');
    await cem.page.close();
    await ann.untilAnnounced('Cem left');
  });

  test('addListener rings: one sees who asks one where, and declines or goes there', async () => {
    const { server, browser, inviter } = await anInviter();
    const ben = await aVisitor(server, browser, { room: 'cake', token: await aTokenFor('ben', server) });
    // An open page can be rung at only once it is registered, of which it shows nothing.
    await inviter.ringUntilReached('user://localhost/ben', ben.banner('Ann invites you to tea'));
    await ben.button('Decline and say why').click();
    await ben.page.getByRole('menuitem', { name: 'I will call you later' }).click();
    await inviter.untilAnswered('user://localhost/ben: declined, I will call you later');

    await inviter.ring('user://localhost/ben');
    await ben.button('Join tea').click();
    await ben.heading('tea').waitFor();
    await ben.join('Ben');
    await inviter.untilTold('Ben came');
    await inviter.untilAnswered(
      'user://localhost/ben: accepted',
      'user://localhost/ben: declined, I will call you later',
    );
  });

  test('invite rings from the call, and tells whoever rang what was said', async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const ann = await aPerson(server, browser, 'Ann');
    const ben = await aVisitor(server, browser, { room: 'cake', token: await aTokenFor('ben', server) });
    await ann.ringUntilReached('user://localhost/ben', ben.banner('Ann invites you to tea'));
    await ben.button('Decline and say why').click();
    await ben.page.getByRole('menuitem', { name: 'I cannot talk now' }).click();
    await ann.untilAnswered('Declined: “I cannot talk now”');
  });

  test('invite rings at several by their user URLs, and tells what each answered', async () => {
    const { browser, invitePage, inviter } = await anInviter();
    const ben = await InvitePage.open(await aPage(browser), invitePage, 'Ben');
    const cem = await InvitePage.open(await aPage(browser), invitePage, 'Cem');
    const [userOfBen, userOfCem] = [await ben.userUrl(), await cem.userUrl()];
    const nobody = 'user://localhost/nobody';
    await inviter.ring(userOfBen, userOfCem, nobody);
    for (const invited of [ben, cem]) await invited.untilRung('Ann invites you to tea');
    await ben.button('Accept').click();
    await cem.decline('I am on a train.');
    await inviter.untilAnswered(
      `${userOfBen}: accepted`,
      `${userOfCem}: declined, I am on a train.`,
      `${nobody}: unreachable`,
    );
    await ben.untilTold('You are in tea');
    await inviter.untilTold('Ben came');
  });

  test('invite makes a guest link, which leads past the lobby, whoever one was before', async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const ann = await aPerson(server, browser, 'Ann');
    await ann.toggle('Lobby');
    const link = await ann.makeGuestLink();

    const eve = await aVisitor(server, browser);
    await eve.yourName.fill('Eve');
    await eve.button('Join').click();
    await eve.heading('Waiting to be let in').waitFor();

    const gus = new MeetingPage(await aPage(browser), server.url, 'tea');
    await gus.openLink(link);
    await gus.join('Gus');
    await ann.tile('Gus').waitFor();
    expect(await ann.tile('Eve').count()).toBe(0);

    // Also in the tab of who waits already, and is known as somebody without a link.
    await eve.openLink(link);
    await eve.join('Eve');
    await ann.tile('Eve').waitFor();
  });
});

describe('in the server hyperty, driven by examples/host-meetings', () => {
  test('createRoom opens a room ahead, which belongs to whom the program says', async () => {
    const { place, browser, host } = await aMeeting();
    await (await host.row('Hanna')).getByText('Host').waitFor();
    expect(await place.program.ask('open tea')).toBe('The room exists already.');
    const ben = await aPerson(place, browser, 'Ben');
    expect(await (await ben.row('Ben')).getByText('Host').count()).toBe(0);
  });

  test('onJoinRoom refuses with a reason, holds until the host lets one in, and admits', async () => {
    const place = await runServer('host-meetings.ts');
    const browser = await aBrowser();
    const eve = await aVisitor(place, browser);
    await eve.yourName.fill('Eve');
    await eve.button('Join').click();
    const refusal = eve.page.getByRole('alert').filter({ hasText: 'You were not let in' });
    await refusal.getByText('“That meeting is not open.”').waitFor();

    const token = await open(place, 'tea');
    await eve.button('Join').click();
    await eve.heading('Waiting to be let in').waitFor();
    const host = await aVisitor(place, browser, { token });
    await host.join('Hanna');
    await host.button('Admit Eve').click();
    await eve.untilInCall();
    await aPerson(place, browser, 'Ben');
    await host.tile('Ben').waitFor();
  });

  test('addParticipant forwards an invitation, which rings and is answered', async () => {
    const { place, browser, host } = await aMeeting();
    const page = `${await servePage('invite')}?server=${place.url}`;
    const ben = await InvitePage.open(await aPage(browser), page, 'Ben');
    const cem = await InvitePage.open(await aPage(browser), page, 'Cem');
    const [userOfBen, userOfCem] = [await ben.userUrl(), await cem.userUrl()];
    const asked = [userOfBen, userOfCem].map((user) => place.program.ask(`invite tea ${user}`));
    for (const invited of [ben, cem]) await invited.untilRung('tea invites you to tea');
    await ben.button('Accept').click();
    await cem.decline('Not today.');
    expect(await Promise.all(asked)).toEqual([
      `${userOfBen}, accepted`,
      `${userOfCem}, declined, Not today.`,
    ]);
    await host.tile('Ben').waitFor();
  });

  test('removeParticipant shows the reason; one may come again, unless one is banned', async () => {
    const { place, browser, host } = await aMeeting();
    const eve = await aPerson(place, browser, 'Eve');
    await host.tile('Eve').waitFor();
    expect(await place.program.ask('remove tea Eve You are too loud.')).toBe('done');
    await eve.heading('You were removed').waitFor();
    await eve.page.getByText('“You are too loud.”').waitFor();
    await host.tile('Eve').waitFor({ state: 'detached' });
    await eve.button('Rejoin').click();
    await eve.untilInCall();

    expect(await place.program.ask('ban tea Eve Enough.')).toBe('done');
    await eve.heading('You may not come back').waitFor();
    await eve.page.getByText('“Enough.”').waitFor();
    expect(await eve.button('Rejoin').count()).toBe(0);
    await eve.open();
    await eve.yourName.fill('Eve');
    await eve.button('Join').click();
    await eve.page.getByRole('alert').filter({ hasText: 'You may not come back' }).waitFor();
  });

  test('close refuses while somebody is in; a room is gone once all have left, and a new one can be opened', async () => {
    const { place, host } = await aMeeting();
    expect(await place.program.ask('close tea')).toBe('Somebody is still in the room.');
    await host.leave();
    await expect.poll(() => place.program.ask('close tea'), soon).toBe('There is no such room.');
    await open(place, 'tea');
    expect(await place.program.ask('close tea')).toBe('done');
  });

  test('endForAll asks everybody to leave, and tells why', async () => {
    const { place, browser, host } = await aMeeting();
    const ben = await aPerson(place, browser, 'Ben');
    expect(await place.program.ask('end tea The pot is empty.')).toBe('done');
    for (const person of [host, ben]) {
      await person.heading('The room was closed').waitFor();
      await person.page.getByText('“The pot is empty.”').waitFor();
    }
  });
});

/** Ann on the page of examples/invite, in the room *tea*, which her visit opened. */
async function anInviter() {
  const page = await servePage('invite');
  const server = await aServer({ flags: ['--allowed-origins', new URL(page).origin] });
  const browser = await aBrowser();
  const invitePage = `${page}?server=${server.url}`;
  const inviter = await InvitePage.open(await aPage(browser), invitePage, 'Ann');
  await inviter.join('tea');
  await inviter.untilTold('You are in tea');
  return { server, browser, invitePage, inviter };
}

/** As `npx plenum token --user` makes one. */
function aTokenFor(user: string, server: TestServer): Promise<string> {
  const key = readFileSync(join(dirname(server.logFile), 'data', 'token.key'));
  const tokens = createTokenService({ key, domain: 'localhost', now: () => Date.now() });
  return tokens.mintAccess({ user, expires: Date.now() + 3_600_000 });
}

/** Opens a room, and gives its host's token. */
async function open({ program }: ServerProgram, room: string): Promise<string> {
  const [, token = ''] = /#token=(\S+)$/.exec(await program.ask(`open ${room}`)) ?? [];
  return token;
}

/** The program with the room *tea*, and its host in it. */
async function aMeeting() {
  const place = await runServer('host-meetings.ts');
  const browser = await aBrowser();
  const host = await aVisitor(place, browser, { token: await open(place, 'tea') });
  await host.join('Hanna');
  return { place, browser, host };
}
