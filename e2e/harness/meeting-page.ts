/** The meeting app as a person uses it, by the names that the contract with outside tests fixes. */
import type { Locator, Page } from 'playwright-core';
import { type CallReport, readReport, restartIce } from './page-probe.ts';

export interface VisitOptions {
  /** Such as `?quality=low`. */
  readonly query?: string;
}

/** One that need not be on the disk. */
export interface SmallFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A small picture at few frames: where the picture itself is not the point. */
export const lowQuality: VisitOptions = { query: '?quality=low' };

/** A machine with two cores and ten browsers on it takes its time. */
const patienceMs = 60_000;

export class MeetingPage {
  readonly page: Page;
  readonly #url: string;

  constructor(page: Page, serverUrl: string, room: string, { query = '' }: VisitOptions = {}) {
    this.page = page;
    this.#url = `${serverUrl}/${encodeURIComponent(room)}${query}`;
    page.setDefaultTimeout(patienceMs);
  }

  get yourName(): Locator {
    return this.page.getByRole('textbox', { name: 'Your name' });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name });
  }

  /** What somebody is shown as; one's own is *Name (you)*. */
  tile(name: string): Locator {
    return this.page.getByRole('group', { name });
  }

  /** What somebody else shares. */
  screen(name: string): Locator {
    return this.page.getByRole('figure', { name: `Screen of ${name}` });
  }

  /** A notice about the connection. */
  banner(text: string): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  /** What screen readers are told, which is in the page without being seen. */
  async untilAnnounced(text: string): Promise<void> {
    await this.banner(text).waitFor({ state: 'attached' });
  }

  /** Beside the stage; opened where it is not. */
  async panel(name: 'Chat' | 'People' | 'Connection'): Promise<Locator> {
    const panel = this.page.getByRole('region', { name, exact: true });
    if (!(await panel.isVisible())) await this.#openPanel(name);
    await panel.waitFor();
    return panel;
  }

  /** In a narrow window some are only in the menu. */
  async #openPanel(name: string): Promise<void> {
    if (await this.button(name).isVisible()) return this.button(name).click();
    await this.button('More').click();
    await this.page.getByRole('menuitem', { name, exact: true }).click();
  }

  /** Somebody's row among the people. */
  async row(name: string): Promise<Locator> {
    const people = (await this.panel('People')).getByRole('list', { name: 'In the call' });
    return people.getByRole('listitem').filter({ hasText: name });
  }

  /** Chooses from the menu beside somebody's name. */
  async choose(name: string, action: string): Promise<void> {
    const row = await this.row(name);
    await row.getByRole('button', { name: `More for ${name}` }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** How the room is set, opened. */
  async roomControls(): Promise<Locator> {
    const room = (await this.panel('People')).getByRole('region', { name: 'Room' });
    const opener = room.getByRole('button', { name: /^Room/ });
    if ((await opener.getAttribute('aria-expanded')) !== 'true') await opener.click();
    return room;
  }

  /** One of the room's settings that are on or off. */
  async toggle(setting: 'Lock the room' | 'Lobby'): Promise<void> {
    const room = await this.roomControls();
    const switched = this.page.getByRole('switch', { name: setting });
    await room.locator('label').filter({ has: switched }).click();
  }

  /** How the one picture of everybody is arranged. */
  async chooseLayout(name: string): Promise<void> {
    const room = await this.roomControls();
    await room.getByRole('button', { name: 'One picture of everybody' }).click();
    await this.page.getByRole('option', { name }).click();
  }

  /** A link for guests, as the dialog *Invite people* makes it. */
  async makeGuestLink(role: 'Take part' | 'Only listen' = 'Take part'): Promise<string> {
    await this.button('More').click();
    await this.page.getByRole('menuitem', { name: 'Invite people' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.locator('label').filter({ hasText: role }).click();
    await dialog.getByRole('button', { name: 'Create guest link' }).click();
    const link = await dialog.getByRole('textbox', { name: 'Guest link' }).inputValue();
    await this.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    return link;
  }

  /** Rings until it can be heard. @param sign What the invited person sees. */
  async ringUntilReached(user: string, sign: Locator): Promise<void> {
    await this.button('More').click();
    await this.page.getByRole('menuitem', { name: 'Invite people' }).click();
    const dialog = this.page.getByRole('dialog');
    const missed = dialog.getByRole('list', { name: 'Rung at' }).getByText('Cannot be reached now');
    do {
      const before = await missed.count();
      await dialog.getByRole('textbox', { name: 'Address' }).fill(user);
      await dialog.getByRole('button', { name: 'Ring' }).click();
      await Promise.race([sign.waitFor(), missed.nth(before).waitFor()]);
    } while (!(await sign.isVisible()));
  }

  /** What came of ringing. */
  async untilAnswered(words: string): Promise<void> {
    await this.page.getByRole('list', { name: 'Rung at' }).getByText(words).waitFor();
  }

  /** Such a link, with a small picture. */
  async openLink(link: string): Promise<void> {
    // So that the page is loaded anew also where only what is behind the # is another.
    await this.page.goto('about:blank');
    await this.page.goto(link.replace('#', `${lowQuality.query}#`));
    await this.yourName.waitFor();
  }

  /** Lines that are in view in the chat, which is opened where it is not. */
  async chatLine(text: string): Promise<Locator> {
    return (await this.panel('Chat')).getByRole('log', { name: 'Messages' }).getByText(text);
  }

  async say(text: string): Promise<void> {
    const field = (await this.panel('Chat')).getByRole('textbox', { name: 'Message to everyone' });
    await field.fill(text);
    await field.press('Enter');
  }

  /** Offers a file to everybody, by the button beside the chat's field. @param file Its path, or what is in it. */
  async sendFile(file: string | SmallFile): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await (await this.panel('Chat')).getByRole('button', { name: 'Send a file' }).click();
    await (await chooser).setFiles(file);
  }

  /** The same by *More*, which also opens the chat. */
  async sendFileByMenu(file: SmallFile): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.more('Send a file');
    await (await chooser).setFiles(file);
  }

  /** The card of a file in the chat. */
  async fileCard(name: string): Promise<Locator> {
    const cards = (await this.panel('Chat')).getByRole('list', { name: 'Files' });
    return cards.getByRole('listitem').filter({ hasText: name });
  }

  async acceptFile(name: string): Promise<void> {
    await (await this.fileCard(name)).getByRole('button', { name: `Accept ${name}` }).click();
  }

  /** Where a file was saved, once all of it is there and found right. */
  async savedFile(name: string, timeoutMs: number): Promise<string> {
    const link = (await this.fileCard(name)).getByRole('link', { name: `Download ${name}` });
    await link.waitFor({ timeout: timeoutMs });
    const download = this.page.waitForEvent('download');
    await link.click();
    return (await download).path();
  }

  /** The open palette of reactions: behind its button in the bar, on a phone behind *More*. */
  async palette(): Promise<Locator> {
    const button = this.button('React');
    if (await button.isVisible()) await button.click();
    else await this.more('React');
    return this.page.getByRole('dialog', { name: 'Reactions' });
  }

  async more(entry: string): Promise<void> {
    await this.button('More').click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  async react(word: string): Promise<void> {
    await this.palette();
    await this.chooseReaction(word);
  }

  /** A reaction of the palette that is open, which it closes. */
  async chooseReaction(word: string): Promise<void> {
    await this.page.getByRole('dialog', { name: 'Reactions' }).getByRole('button', { name: word }).click();
    await this.page.keyboard.press('Escape');
  }

  async open(): Promise<void> {
    await this.page.goto(this.#url);
    await this.yourName.waitFor();
  }

  async join(name: string): Promise<void> {
    await this.yourName.fill(name);
    await this.button('Join').click();
    await this.untilInCall();
  }

  async untilInCall(): Promise<void> {
    await this.button('Leave').waitFor();
  }

  async leave(): Promise<void> {
    await this.button('Leave').click();
    await this.heading('You left the call').waitFor();
  }

  report(): Promise<CallReport> {
    return this.page.evaluate(readReport);
  }

  /** Has each connection look for another way through the network. */
  restartIce(): Promise<void> {
    return this.page.evaluate(restartIce);
  }
}
