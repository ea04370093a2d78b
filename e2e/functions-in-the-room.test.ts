/** What people do in a room besides talking, and what moderators do: through the meeting app and the real server. */
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilHears, untilHearsNothing } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

/** Ann opens the room by coming first, and so owns it. */
async function aRoomWith(...names: readonly string[]) {
  const server = await aServer();
  const browser = await aBrowser();
  const arrive = async () => new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
  const visit = async () => {
    const visitor = await arrive();
    await visitor.open();
    return visitor;
  };
  const come = async (name: string) => {
    const person = await visit();
    await person.join(name);
    return person;
  };
  const people: MeetingPage[] = [];
  for (const name of names) people.push(await come(name));
  const [ann, ben, cem] = people;
  if (ann === undefined || ben === undefined) throw new Error('Two have to be in the room.');
  return { ann, ben, cem: cem ?? ben, arrive, come, visit };
}

/** Such notices go by themselves: they are looked out for while it happens. */
async function untilTold(person: MeetingPage, text: string, happens: () => Promise<void>): Promise<void> {
  await Promise.all([person.banner(text).waitFor(), happens()]);
}

describe('a moderator', () => {
  test('mutes somebody, whom nobody hears then; their own button says so, and they may unmute', async () => {
    const { ann, ben, cem } = await aRoomWith('Ann', 'Ben', 'Cem');
    for (const quiet of [ann, cem]) await quiet.button('Mute').click();
    for (const listener of [ann, cem]) await untilHears(listener);

    await untilTold(ben, 'Ann muted you', () => ann.choose('Ben', 'Mute Ben'));
    await ben.button('Unmute').waitFor();
    for (const listener of [ann, cem]) await untilHearsNothing(listener);
    await cem.tile('Ben').getByRole('img', { name: 'Muted' }).waitFor();

    await ben.button('Unmute').click();
    for (const listener of [ann, cem]) await untilHears(listener);
  });

  test('makes somebody a listener, who cannot start the microphone and is told why', async () => {
    const { ann, ben } = await aRoomWith('Ann', 'Ben');
    await ann.button('Mute').click();
    await untilHears(ann);
    await untilTold(ben, 'You are a listener now', () => ann.choose('Ben', 'Make Ben a listener'));
    await untilHearsNothing(ann);
    await untilTold(ben, 'The host has not allowed you to speak', () => ben.button('Unmute').click());
    await ben.button('Unmute').waitFor();
    await untilHearsNothing(ann);
  });

  test('hands out a link for listeners, and who comes by it can only listen', async () => {
    const { ann, ben, arrive } = await aRoomWith('Ann', 'Ben');
    const link = await ann.makeGuestLink('Only listen');
    const lea = await arrive();
    await lea.openLink(link);
    await lea.join('Lea');
    await (await ann.row('Lea')).getByText('Listener').waitFor();
    await untilTold(lea, 'The host has not allowed you to speak', () => lea.button('Unmute').click());
    await ben.tile('Lea').getByRole('img', { name: 'Muted' }).waitFor();
  });

  test('locks the room, and newcomers are told in words; unlocked it lets them in', async () => {
    const { ann, visit } = await aRoomWith('Ann', 'Ben');
    await ann.toggle('Lock the room');
    await ann.page.getByRole('img', { name: 'Locked' }).waitFor();
    const eve = await visit();
    await eve.yourName.fill('Eve');
    await eve.button('Join').click();
    await eve.page.getByRole('alert').filter({ hasText: 'The room is locked' }).waitFor();
    await ann.toggle('Lock the room');
    await ann.page.getByRole('img', { name: 'Locked' }).waitFor({ state: 'detached' });
    await eve.button('Join').click();
    await eve.untilInCall();
  });

  test('removes somebody with a reason that they are shown', async () => {
    const { ann, ben } = await aRoomWith('Ann', 'Ben');
    await ann.choose('Ben', 'Remove Ben');
    const question = ann.page.getByRole('alertdialog');
    await question.getByRole('textbox').fill('This is for the team.');
    await question.getByRole('button', { name: 'Remove', exact: true }).click();
    await ben.heading('You were removed').waitFor();
    await ben.page.getByText('“This is for the team.”').waitFor();
    await ann.tile('Ben').waitFor({ state: 'detached' });
  });
});

describe('everybody', () => {
  test('raises a hand that the others see, until a moderator takes it down', async () => {
    const { ann, ben, cem } = await aRoomWith('Ann', 'Ben', 'Cem');
    await ben.button('Raise hand').click();
    await ben.button('Lower hand').waitFor();
    for (const other of [ann, cem]) {
      await other.tile('Ben').getByRole('img', { name: 'Hand raised' }).waitFor();
      await (await other.row('Ben')).getByRole('img', { name: 'Hand raised, number 1' }).waitFor();
    }
    await ann.choose('Ben', 'Lower Ben’s hand');
    await ben.button('Raise hand').waitFor();
    await cem.tile('Ben').getByRole('img', { name: 'Hand raised' }).waitFor({ state: 'detached' });
  });

  test('reads in the chat what was written before they came', async () => {
    const { ann, ben, come } = await aRoomWith('Ann', 'Ben');
    await ann.say('We begin at four.');
    await (await ben.chatLine('We begin at four.')).waitFor();
    const cem = await come('Cem');
    await (await cem.chatLine('We begin at four.')).waitFor();
    await cem.say('I am here.');
    for (const other of [ann, ben]) await (await other.chatLine('I am here.')).waitFor();
  });

  test('writes to one person alone, and nobody else sees it', async () => {
    const { ann, ben, cem } = await aRoomWith('Ann', 'Ben', 'Cem');
    await ann.choose('Ben', 'Message Ben privately');
    const field = ann.page.getByRole('textbox', { name: 'Message to Ben' });
    await field.fill('Between us.');
    await field.press('Enter');
    await ben.button('Chat').click();
    await ben.page.getByRole('tab', { name: 'Ann' }).click();
    await (await ben.chatLine('Between us.')).waitFor();
    await ben.page.getByRole('tab', { name: 'Everyone' }).click();
    await ben.say('For everybody.');
    // What Cem was to see after it has come; the private line has not.
    await (await cem.chatLine('For everybody.')).waitFor();
    expect(await cem.page.getByText('Between us.').count()).toBe(0);
    expect(await cem.page.getByRole('tab').count()).toBe(0);
  });
});
