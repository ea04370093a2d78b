/** The processes that draw pages, as the system sees them. */
import type { Browser } from 'playwright-core';

/** Kills every page's process of a browser, as a lack of memory would. The browser lives on. */
export async function killRenderers(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  for (const { type, id } of processInfo) if (type === 'renderer') kill(id);
  await session.detach();
}

/** One that has ended by itself meanwhile is as dead as wanted. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
