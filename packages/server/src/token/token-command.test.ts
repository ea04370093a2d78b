import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenService } from '@plenum/messaging-node/tokens';
import { expect, onTestFinished, test } from 'vitest';
import { readTokenKey } from './key-file.ts';
import { runTokenCommand } from './token-command.ts';

function aDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function claimsOf(data: string, token: string, domain = 'localhost') {
  const service = createTokenService({ key: readTokenKey(data), domain, now: Date.now });
  return service.verifyAccess(token.trimEnd());
}

/** The claims of what the command prints. */
async function mint(...flags: string[]) {
  const data = aDataFolder();
  const { output } = await runTokenCommand(
    ['--data', data, '--room', 'standup', '--name', 'Ann', ...flags],
    {},
  );
  return claimsOf(data, output);
}

test('[T1] the command prints a token that the server takes, and nothing else', async () => {
  const data = aDataFolder();
  const { output } = await runTokenCommand(['--room', 'Standup', '--name', 'Ann', '--data', data], {});
  expect(output).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(await claimsOf(data, output)).toMatchObject({
    identity: { name: 'Ann', grant: { room: 'standup' } },
  });
});

test('a new key is spoken of beside the token, an old one is not', async () => {
  const data = aDataFolder();
  const run = () => runTokenCommand(['--room', 'standup', '--name', 'Ann', '--data', data], {});
  expect((await run()).notice).toMatch(/made a new key, .*token\.key/);
  expect((await run()).notice).toBeUndefined();
});

test.each([
  [['--role', 'owner'], { role: 'owner' }],
  [['--publish', 'microphone, camera'], { publish: ['microphone', 'camera'] }],
  [['--no-publish'], { publish: [] }],
  [['--no-data'], { data: false }],
  [['--invite', '--create-rooms', '--moderate'], { invite: true, createRooms: true, moderate: true }],
])('%j grants what it says', async (flags, grant) => {
  const { identity } = await mint(...flags);
  expect(identity.grant).toEqual({ room: 'standup', ...grant });
});

test('a user is named by the token; without one its bearers are guests', async () => {
  expect((await mint('--user', 'ann@acme')).identity).toMatchObject({
    userURL: 'user://localhost/ann@acme',
    isGuest: false,
  });
  expect((await mint()).identity).not.toHaveProperty('userURL');
});

test('a token for every room says so by naming none', async () => {
  const { identity } = await mint('--room', '*');
  expect(identity.grant).toEqual({});
});

test.each([
  ['90s', 90],
  ['30m', 1_800],
  ['8h', 28_800],
  ['7d', 604_800],
])('a token for %s holds for %i seconds', async (text, seconds) => {
  const begun = Math.floor(Date.now() / 1000);
  const { expires = 0 } = await mint('--expires', text);
  const ended = Math.floor(Date.now() / 1000);
  expect(expires / 1000).toBeGreaterThanOrEqual(begun + seconds);
  expect(expires / 1000).toBeLessThanOrEqual(ended + seconds);
});

test('the domain is the server’s: from a flag, the environment, the file, or its public address', async () => {
  const data = aDataFolder();
  const file = join(data, 'config.json');
  writeFileSync(file, JSON.stringify({ data, publicUrl: 'https://meet.example.org/base' }));
  const flags = ['--room', 'standup', '--name', 'Ann'];
  const fromFile = await runTokenCommand([...flags, '--config', file], {});
  expect(await claimsOf(data, fromFile.output, 'meet.example.org')).toBeDefined();
  const fromFlag = await runTokenCommand([...flags, '--config', file, '--domain', 'acme.test'], {});
  expect(await claimsOf(data, fromFlag.output, 'acme.test')).toBeDefined();
  const env = { PLENUM_CONFIG: file, PLENUM_DOMAIN: 'env.test' };
  const fromEnvironment = await runTokenCommand(flags, env);
  expect(await claimsOf(data, fromEnvironment.output, 'env.test')).toBeDefined();
});

test.each<[string[], RegExp]>([
  [[], /--name N/],
  [['--room', 'standup'], /--name N is how others see the bearer/],
  [['--name', 'Ann'], /--room R is the name of a room/],
  [['--name', 'Ann', '--room', 'a b'], /--room R is the name of a room/],
  [['--name', ' ', '--room', 'a'], /--name N/],
  [['--name', 'Ann', '--room', 'a', '--role', 'king'], /--role is one of owner, moderator/],
  [['--name', 'Ann', '--room', 'a', '--user', 'guest-1'], /A user id/],
  [['--name', 'Ann', '--room', 'a', '--expires', '8'], /--expires takes a number and/],
  [['--name', 'Ann', '--room', 'a', '--expires', '0h'], /--expires/],
  [['--name', 'Ann', '--room', 'a', '--expires', '9999d'], /--expires/],
  [['--name', 'Ann', '--room', 'a', '--publish', 'video'], /--publish takes microphone, camera/],
  [['--name', 'Ann', '--room', 'a', '--publish', 'camera', '--no-publish'], /exclude each other/],
  [['--nam', 'Ann'], /Unknown option '--nam'\. See plenum token --help\./],
  [['standup'], /Unexpected argument 'standup'\. See/],
  [['--name'], /See plenum token --help\./],
  [['--name', 'Ann', '--room', 'a', '--domain', 'Acme Test'], /The option domain \(--domain\)/],
  [['--name', 'Ann', '--room', 'a', '--config', '/nowhere.json'], /configuration file/],
])('%j is refused in one sentence', async (flags, words) => {
  const data = aDataFolder();
  const refusal = await runTokenCommand(['--data', data, ...flags], {}).then(
    () => undefined,
    (error: Error) => error.message,
  );
  expect(refusal).toMatch(words);
  expect(refusal).not.toContain('\n');
});

test('a key that others can read mints nothing', async () => {
  const data = aDataFolder();
  writeFileSync(join(data, 'token.key'), new Uint8Array(32), { mode: 0o644 });
  const minting = runTokenCommand(['--room', 'standup', '--name', 'Ann', '--data', data], {});
  await expect(minting).rejects.toMatchObject({ code: 'invalid-config' });
});

test('the help names every flag', async () => {
  const { output } = await runTokenCommand(['--help'], {});
  const source = readFileSync(new URL('./token-flags.ts', import.meta.url), 'utf8');
  const flags = [...source.matchAll(/^ {2}'?([a-z-]+)'?: \{ type:/gm)].map(([, flag]) => `--${flag}`);
  expect(flags.length).toBeGreaterThan(12);
  for (const flag of flags) expect(output).toContain(`  ${flag} `);
});
