// The others in the room: one browser with a page that holds them, through the SDK.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page, Route } from 'playwright-core';
import type { Company, CompanyWindow } from './page/main.ts';

const run = promisify(execFile);
const pageFolder = join(import.meta.dirname, 'page');

/** The page's origin. Nothing listens there: the driver hands the files to the browser. */
export const companyOrigin = 'http://localhost';

const mediaTypes: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Builds the page with the app's own bundler, and removes it at the end. */
export async function buildCompanyPage(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'plenum-company-'));
  const app = createRequire(join(import.meta.dirname, '../../apps/meet/package.json'));
  const vite = join(dirname(app.resolve('vite/package.json')), 'bin/vite.js');
  await run(process.execPath, [vite, 'build', pageFolder, '--outDir', folder, '--logLevel', 'error']);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Fills a room; closing the page that this resolves to empties it. */
export async function fillRoom(browser: Browser, folder: string, company: Company): Promise<Page> {
  const page = await browser.newPage();
  await page.route(`${companyOrigin}/**`, (route) => serve(route, folder));
  await page.goto(companyOrigin);
  await page.evaluate((given) => {
    const { enterRoom } = globalThis as CompanyWindow;
    if (enterRoom === undefined) throw new Error('the page did not load');
    return enterRoom(given);
  }, company);
  return page;
}

async function serve(route: Route, folder: string): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const file = pathname === '/' ? 'index.html' : pathname.slice(1);
  const contentType = mediaTypes[extname(file)];
  // Anything else, such as an icon, is not there.
  if (contentType === undefined) return route.fulfill({ status: 404 });
  await route.fulfill({ body: await readFile(join(folder, file)), contentType });
}
