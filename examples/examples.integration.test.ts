/** Every example is run as a developer runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@plenum/hyperty';
import { fakeAnswer } from '@plenum/media/fake';
import { createConfig, type RunningServer, startServer } from '@plenum/server';
import { SignallingParticipant } from '@plenum/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { expect, onTestFinished, test } from 'vitest';

const here = import.meta.dirname;

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The built page, served in place of the meeting app. */
async function aServerWithThePage(): Promise<RunningServer> {
  const outDir = aFolder();
  await build({
    root: join(here, 'join-a-room'),
    base: './',
    configFile: false,
    logLevel: 'error',
    build: { outDir },
  });
  const config = createConfig({ port: 0, mediaBasePort: 0, mediaWorkers: 1 });
  const server = await startServer(config, { appFolder: outDir, logger: silentLogger });
  onTestFinished(() => server.close());
  return server;
}

async function aBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  onTestFinished(() => browser.close());
  return browser;
}

async function visit(browser: Browser, url: string, name: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  return page;
}

interface Program {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
}

function run(example: string, ...args: readonly string[]): Program {
  const child = spawn(process.execPath, [join(here, example), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return { child, lines };
}

/** The first line in which the pattern is found. */
async function printed({ lines }: Program, pattern: RegExp): Promise<string> {
  const find = () => lines.find((line) => pattern.test(line));
  await expect.poll(find, { timeout: 30_000 }).toBeDefined();
  return find() ?? '';
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ended({ child }: Program): Promise<number | null> {
  child.kill('SIGINT');
  await expect.poll(() => child.exitCode ?? child.signalCode, { timeout: 10_000 }).not.toBeNull();
  return child.exitCode;
}

function joinByHand(serverUrl: string, roomId: string, name: string): Promise<SignallingParticipant> {
  return SignallingParticipant.join({
    serverUrl,
    domain: 'localhost',
    roomId,
    name,
    publications: { microphone: { muted: false } },
    answer: async (offer) => fakeAnswer(offer),
  });
}

test('join-a-room: two pages see each other, and one learns that the other left', async () => {
  const { url } = await aServerWithThePage();
  const browser = await aBrowser();
  const ann = await visit(browser, url, 'Ann');
  const ben = await visit(browser, url, 'Ben');
  for (const [page, other] of [
    [ann, 'Ben'],
    [ben, 'Ann'],
  ] as const) {
    const figure = page.getByRole('figure').filter({ hasText: other });
    const decoded = () =>
      figure.locator('video').evaluate((video: { videoWidth: number }) => video.videoWidth);
    await expect.poll(decoded, { timeout: 40_000 }).toBeGreaterThan(0);
  }
  await ben.close();
  await expect.poll(() => ann.getByRole('status').textContent(), { timeout: 20_000 }).toBe('Ben left');
  expect(await ann.getByRole('figure').count()).toBe(0);
}, 120_000);

test('conference-server: its rule decides who joins, and it ends when it is told to', async () => {
  const program = run('conference-server.ts', String(await freePort()));
  const [url = ''] = /http\S+/.exec(await printed(program, /^ready: /)) ?? [];
  const ann = await joinByHand(url, 'tea-sesame', 'Ann');
  onTestFinished(() => ann.close());
  await printed(program, /^Ann asks to join tea-sesame$/);
  await expect(joinByHand(url, 'tea', 'Eve')).rejects.toMatchObject({
    code: 'refused',
    message: 'Say the word.',
  });
  expect(await ended(program)).toBe(0);
});

test('watch-a-room: tells who is there, who comes and who goes', async () => {
  const config = createConfig({ port: 0, mediaBasePort: 0, mediaWorkers: 1 });
  const server = await startServer(config, { appFolder: join(here, 'join-a-room'), logger: silentLogger });
  onTestFinished(() => server.close());
  const ann = await joinByHand(server.url, 'standup', 'Ann');
  const program = run('watch-a-room.ts', server.url, 'standup');
  await printed(program, /^Ann is here$/);
  const ben = await joinByHand(server.url, 'standup', 'Ben');
  await printed(program, /^Ben is here$/);
  ann.close();
  await printed(program, /^Ann left$/);
  expect(program.lines).toEqual(['watching standup', 'Ann is here', 'Ben is here', 'Ann left']);
  expect(await ended(program)).toBe(0);
  ben.close();
});
