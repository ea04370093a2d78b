/** The meeting app as a person uses it, by the names that the contract with outside tests fixes. */
import type { Locator, Page } from 'playwright-core';
import { type CallReport, readReport } from './page-probe.ts';

export interface VisitOptions {
  /** Such as `?quality=low`. */
  readonly query?: string;
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
}
