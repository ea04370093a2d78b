/** The page of examples/invite as a person uses it. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const soon = { timeout: 30_000 };

export class InvitePage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** @param url With `?server=` where it is served by another, and with `#token=` for who has one. */
  static async open(page: Page, url: string, name: string): Promise<InvitePage> {
    page.setDefaultTimeout(soon.timeout);
    await page.goto(url);
    await page.getByRole('textbox', { name: 'Your name' }).fill(name);
    return new InvitePage(page);
  }

  async join(room: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Room' }).fill(room);
    await this.button('Join').click();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** By which others invite this page. */
  async userUrl(): Promise<string> {
    const read = () => this.page.locator('#me').textContent();
    await expect.poll(read, soon).toMatch(/^user:/);
    return (await read()) ?? '';
  }

  async ring(...users: readonly string[]): Promise<void> {
    await this.page.getByRole('textbox', { name: 'User URLs' }).fill(users.join('\n'));
    await this.button('Invite').click();
  }

  /** Rings again for as long as the user is not registered yet. @param sign What the invited person sees. */
  async ringUntilReached(user: string, sign: Locator): Promise<void> {
    const missed = this.#answers.filter({ hasText: `${user}: unreachable` });
    for (;;) {
      const before = await missed.count();
      await this.ring(user);
      await Promise.race([sign.waitFor(), missed.nth(before).waitFor()]);
      if (await sign.isVisible()) return;
    }
  }

  get #answers(): Locator {
    return this.page.getByRole('list', { name: 'Answers' }).getByRole('listitem');
  }

  /** These were given, and perhaps others before. */
  async untilAnswered(...answers: readonly string[]): Promise<void> {
    const read = () => this.#answers.allTextContents();
    await expect.poll(read, soon).toEqual(expect.arrayContaining([...answers]));
  }

  async untilRung(text: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Invitations' }).getByText(text).waitFor();
  }

  async decline(reason: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Reason' }).fill(reason);
    await this.button('Decline').click();
  }

  async untilTold(text: string): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: text }).waitFor();
  }
}
