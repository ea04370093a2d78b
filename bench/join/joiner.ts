// One join as a person makes it: a fresh page of the app, a name, a click, and at the end a click on *Leave*.
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { MeetingPage } from '../../e2e/harness/meeting-page.ts';
import { installJoinProbe, isJoined, isReadyToJoin, readSteps, type Step, type Steps } from './probe.ts';

export interface JoinPlan {
  readonly serverUrl: string;
  readonly room: string;
  /** How many are in the room already. */
  readonly others: number;
}

// A page that has just loaded still compiles; whoever reads it and types a name gives it longer than this.
const restMs = 400;
const patienceMs = 15_000;

/** Milliseconds of each step since the click. */
export async function joinOnce(browser: Browser, { serverUrl, room, others }: JoinPlan): Promise<Steps> {
  // The same browser, so with warm caches of code; a context of its own, so with nothing of the last join.
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(installJoinProbe, others);
    const visitor = new MeetingPage(page, serverUrl, room);
    page.setDefaultTimeout(patienceMs);
    await visitor.open();
    await visitor.yourName.fill('Joiner');
    await page.waitForFunction(isReadyToJoin);
    await delay(restMs);
    await visitor.button('Join').click();
    await page.waitForFunction(isJoined, undefined, { polling: 100 });
    const steps = sinceClick(await page.evaluate(readSteps));
    await visitor.leave();
    return steps;
  } finally {
    await context.close();
  }
}

function sinceClick(steps: Steps): Steps {
  const { click } = steps;
  if (click === undefined) throw new Error('the click on Join was not seen');
  const entries = Object.entries(steps) as [Step, number][];
  return Object.fromEntries(entries.map(([step, at]) => [step, at - click]));
}
