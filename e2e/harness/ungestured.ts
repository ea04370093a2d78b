/**
 * Acts in a page without ever giving it a gesture. All that Playwright does itself counts as one of the person's, after
 * which the page may make sounds.
 */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const soon = { timeout: 60_000 };

export interface UngesturedPage {
  /** Resolves when the JavaScript expression is true in the page. */
  until(expression: string): Promise<void>;
  run(statement: string): Promise<void>;
}

export async function withoutGestures(page: Page): Promise<UngesturedPage> {
  const session = await page.context().newCDPSession(page);
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true });
    return result.value;
  };
  return {
    until: (expression) => expect.poll(() => evaluate(expression), soon).toBe(true),
    run: async (statement) => void (await evaluate(statement)),
  };
}
