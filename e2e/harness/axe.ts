/** What a checker of the Web Content Accessibility Guidelines finds in a page. */
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axeFile = createRequire(import.meta.url).resolve('axe-core');

/** The few things of axe that are used in the page: this code is compiled without the DOM's types. */
interface AxePage {
  readonly axe: { run(): Promise<{ readonly violations: readonly AxeViolation[] }> };
}
interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** One line for each finding; none is as it should be. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ path: axeFile });
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as AxePage;
    return (await axe.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
