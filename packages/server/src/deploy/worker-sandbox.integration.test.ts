/** Small hostile hyperties, each trying one way out or one way to hurt, in real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from '@plenum/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { attempt, hostileUrl, runHostile } from './testing/hostile-hyperty.ts';

/** Noticed soon, as nothing else runs in these tests. */
const watched = { pingEveryMs: 50, hangMs: 1_500 };

const aRequest = {
  id: 1,
  type: 'read',
  from: 'hyperty://acme.test/s2/somebody',
  to: hostileUrl,
  body: {},
} as const;

/** What the statements brought; `refused` where they threw. */
async function lootOf(statements: string): Promise<unknown> {
  const { bus } = await runHostile(attempt(statements));
  const last = bus.sent.at(-1);
  return last?.type === 'update' ? last.body.value : undefined;
}

test('[DE7] a hyperty in the sandbox does its work over the bus', async () => {
  const { bus, hyperty } = await runHostile(`export default async (url, bus) => {
    const { value } = await bus.request({ type: 'read', from: url, to: 'hyperty://acme.test/b', body: {} });
    bus.listen(url, ({ type }) => ({ code: 200, value: type }));
    return { name: 'answer ' + value, close: () => bus.send({ type: 'delete', from: url, to: url + '/x', body: {} }) };
  };`);
  expect(hyperty.name).toBe('answer undefined');
  expect(await bus.deliver(aRequest)).toEqual({ code: 200, value: 'read' });
  await hyperty.close();
  expect(bus.sent.map(({ type }) => type)).toEqual(['read', 'delete']);
  expect(bus.listeners.size).toBe(0);
});

describe('[DE7] ways out', () => {
  const names =
    'process require module global Buffer fetch XMLHttpRequest WebSocket EventSource BroadcastChannel Worker ' +
    'MessageChannel MessagePort navigator performance setTimeout setInterval setImmediate queueMicrotask crypto console ' +
    'structuredClone WebAssembly SharedArrayBuffer Atomics ArrayBuffer Uint8Array Intl WeakRef FinalizationRegistry';

  test('its world has the language and no more', async () => {
    const found = await lootOf(
      `return ${JSON.stringify(names)}.split(' ').filter((name) => name in globalThis);`,
    );
    expect(found).toBe('');
  });

  // Each brings `refused`, or what it says to bring where there is nothing to refuse.
  const waysOut: readonly (readonly [what: string, statements: string, expected?: string])[] = [
    ['a module of Node', `return import('node:fs');`],
    ['a module by address', `return import('data:text/javascript,export default 1');`],
    ['a file', `return import('file:///etc/passwd');`],
    ['a module with attributes', `return import('node:fs', { with: { type: 'json' } });`],
    ['a module named by an object', `return import({ toString() { throw new TypeError('mine'); } });`],
    ['eval', `return eval('1');`],
    ['indirect eval', `return (0, globalThis.eval)('1');`],
    ['the constructor of functions', `return Function('return 1')();`],
    ['constructors of other functions', `return (async function* () {}).constructor('yield 1')();`],
    ['a compiler', `return new WebAssembly.Module(new Uint8Array(8));`],
    ['the constructor of the global object', `return globalThis.constructor.constructor('return this')();`],
    ['the constructor of the bus', `return bus.request.constructor('return this')();`],
    [
      'the constructor of an answer',
      `return bus.request({ type: 'read', from: url, to: url, body: {} }).constructor.constructor('return this')();`,
    ],
    ['changing the bus', `bus.send = () => 1; return bus.send();`],
    ['whoever called', `return (function f() { return f.caller; })();`],
    ['whoever called the bus', `return bus.send.caller;`],
    ['frames of the stack', `Error.prepareStackTrace = (error, frames) => frames; return new Error().stack;`],
    ['a longer stack', `Error.stackTraceLimit = 100; return new Error().stack;`],
    ['names of files', `return /file:|node:|\\//.test(new Error('x').stack);`, 'false'],
    [
      'where it was loaded from',
      `return JSON.stringify([import.meta.url, import.meta.resolve, import.meta.dirname]);`,
      '[null,null,null]',
    ],
    ['an object from outside in import.meta', `return Object.getPrototypeOf(import.meta);`, 'null'],
    [
      'an error of the border',
      `let seen = 'nothing', tries = 0;
       const message = { type: 'update', from: url, to: url + '/x', body: {} };
       const dig = () => {
         try { dig(); } catch (full) {
           if (tries++ < 100) try { bus.send(message); } catch (error) { if (!(error instanceof Error)) seen = 'loot'; }
           throw full;
         }
       };
       try { dig(); } catch {}
       return seen;`,
      'nothing',
    ],
    [
      'a promise from outside',
      `const p = import('node:fs'); p.catch(() => 0);
       const q = bus.request({ type: 'read', from: url, to: url, body: {} });
       return [p, q, await q].every((x) => x instanceof Object);`,
      'true',
    ],
  ];

  test.each(waysOut)('%s', async (_what, statements = '', expected = 'refused') => {
    // `url` and `bus` are those of the function around it.
    expect(await lootOf(statements)).toBe(expected);
  });

  test('a static import is refused before anything runs', async () => {
    const running = runHostile(
      `import fs from 'node:fs'; export default () => ({ name: fs.constants.R_OK });`,
    );
    await expect(running).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/imports nothing/),
    });
  });

  test('what waits for a promise of its own is not given functions from outside', async () => {
    const { bus } = await runHostile(`
      const seen = [];
      export const then = (resolve) => seen.push(resolve instanceof Function);
      export default (url, bus) => ({
        then(resolve) {
          seen.push(resolve instanceof Function);
          bus.send({ type: 'update', from: url, to: url + '/loot', body: { value: seen } });
          resolve({ name: 'hostile' });
        },
      });`);
    expect(bus.sent[0]?.body).toEqual({ value: [true] });
  });

  test('what it throws is not looked at from outside', async () => {
    const running = runHostile(`
      const loot = [];
      const trap = new Proxy({}, { get: (_, key) => { loot.push(String(key)); if (loot.length > 9) for (;;); } });
      throw { [Symbol.for('nodejs.util.inspect.custom')]: () => { for (;;); }, get stack() { for (;;); }, message: 'mine', trap };`);
    await expect(running).rejects.toMatchObject({ message: 'The hyperty failed: Error: mine' });
  });
});

describe('[DE8] ways to hurt end the hyperty, and only it', () => {
  const onMessage = (statements: string) =>
    `export default (url, bus) => { bus.listen(url, () => { ${statements} }); return { name: 'hostile' }; };`;

  test.each([
    ['a loop without end', 'for (;;);'],
    ['jobs without end', '(async () => { for (;;) await 0; })();'],
    ['a pattern that takes for ever', `/^(a+)+$/.test('a'.repeat(60) + 'b');`],
    [
      'a built-in function that nothing interrupts',
      'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);',
    ],
  ])('%s', async (_what, statements) => {
    const { bus, ended } = await runHostile(onMessage(statements), watched);
    bus.deliver(aRequest).catch(() => undefined);
    expect(await ended).toMatchObject({ code: 'timeout' });
    expect(bus.listeners.size).toBe(0);
  });

  test.each([
    ['a list without end', 'const all = []; for (;;) all.push({});'],
    ['a text that V8 aborts for', `'a'.repeat(2 ** 28).split('');`],
    ['a text that is taken apart', `[...'a'.repeat(2 ** 28)];`],
    ['memory outside the heap', `for (;;) 'ä'.repeat(2 ** 27).normalize('NFD');`],
    ['names without end', `const all = {}; for (let i = 0; ; i++) all['k' + i] = i;`],
  ])('memory: %s', async (_what, statements) => {
    const { bus, ended } = await runHostile(onMessage(statements), { hangMs: 30_000 });
    bus.deliver(aRequest).catch(() => undefined);
    expect((await ended).code).toMatch(/^(capacity-exceeded|internal)$/);
  });

  test('a flood is stopped at its thread, and the hyperty told', async () => {
    const { bus, hyperty } = await runHostile(
      `export default (url, bus) => {
        const message = { type: 'update', from: url, to: url + '/x', body: {} };
        bus.listen(url, () => { bus.send(message); });
        try { for (;;) bus.send(message); } catch ({ code }) { return { name: code }; }
      };`,
      { messageBurst: 20, messagesPerSecond: 5 },
    );
    expect(hyperty.name).toBe('rate-limited');
    // One of the twenty was for listening.
    expect(bus.sent.length).toBe(19);
    await until(async () => {
      bus.deliver(aRequest).catch(() => undefined);
      return bus.sent.length > 19;
    });
  });

  test('a promise that nobody looks after ends it', async () => {
    const { bus, ended } = await runHostile(onMessage(`Promise.reject(new RangeError('mine'));`));
    bus.deliver(aRequest).catch(() => undefined);
    expect(await ended).toMatchObject({ code: 'internal', message: 'The hyperty failed: RangeError: mine' });
  });

  test('one that never becomes active is given up', async () => {
    const running = runHostile('export default () => new Promise(() => undefined);', {
      startWithinMs: 2_000,
    });
    await expect(running).rejects.toMatchObject({ code: 'timeout' });
  });

  test('an endless loop at the start is given up', async () => {
    await expect(runHostile('for (;;);', { startWithinMs: 2_000 })).rejects.toMatchObject({
      code: 'timeout',
    });
  });
});

describe('[DE9] what crosses the border', () => {
  test.each([
    [
      'in the name of another',
      `{ type: 'update', from: 'hyperty://acme.test/conference', to: url, body: {} }`,
      'not-authorized',
    ],
    [
      'to the session itself',
      `{ type: 'delete', from: url, to: 'domain://msg-node.acme.test/session', body: {} }`,
      'not-authorized',
    ],
    [
      'with keys that change prototypes',
      `{ type: 'update', from: url, to: url, body: JSON.parse('{"__proto__":{"isMine":true}}') }`,
      undefined,
    ],
    ['of no type', `{ type: 'rule', from: url, to: url }`, 'bad-message'],
    [
      'that answers what was not asked',
      `{ type: 'response', from: url, to: url, body: { code: 200 } }`,
      'bad-message',
    ],
    [
      'nested without end',
      `{ type: 'update', from: url, to: url, body: { value: JSON.parse('['.repeat(100) + ']'.repeat(100)) } }`,
      undefined,
    ],
    [
      'longer than may be',
      `{ type: 'update', from: url, to: url, body: { value: 'a'.repeat(100_000) } }`,
      'message-too-large',
    ],
  ])('a message %s is refused', async (_what, message, code) => {
    const { bus } = await runHostile(`export default async (url, bus) => {
      const refusal = await Promise.race([
        bus.request(${message}).then(() => 'sent', ({ code }) => code),
        bus.request({ type: 'read', from: url, to: url + '/later', body: {} }).then(() => undefined),
      ]);
      bus.send({ type: 'update', from: url, to: url + '/loot', body: { value: refusal ?? null } });
      return { name: 'hostile' };
    };`);
    const last = bus.sent.at(-1);
    expect(last?.type === 'update' ? last.body.value : 'none').toBe(code ?? null);
    expect(bus.sent.length).toBe(2);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('isMine' in {}).toBe(false);
  });

  test('who goes on forging is ended', async () => {
    const { ended } = await runHostile(`export default (url, bus) => {
      for (let i = 0; i < 16; i++) bus.send({ type: 'update', from: 'user://acme.test/ann', to: url, body: {} });
      return { name: 'hostile' };
    };`).catch((error: unknown) => ({ ended: Promise.resolve(error) }));
    expect(await ended).toMatchObject({ code: 'not-authorized' });
  });

  test('what it answers is a body, and what it throws a code of the table', async () => {
    const { bus } = await runHostile(
      `export default (url, bus) => {
      bus.listen(url, ({ body: { value } }) => {
        if (value === 'odd') return { code: 'odd' };
        throw Object.assign(new Error('No.'), { code: value });
      });
      return { name: 'hostile' };
    };`,
      { answerWithinMs: 500 },
    );
    const ask = (value: string) => bus.deliver({ ...aRequest, type: 'update', body: { value } });
    await expect(ask('declined')).rejects.toMatchObject({ code: 'declined' });
    await expect(ask('no-such-code')).rejects.toMatchObject({ code: 'internal' });
    await expect(ask('odd')).rejects.toMatchObject({ code: 'timeout' });
  });
});

test('[DE10] one that does not finish its goodbye is ended all the same, and closing twice is closing once', async () => {
  const { hyperty } = await runHostile(
    `export default () => ({ name: 'hostile', close: () => new Promise(() => undefined) });`,
    { closeWithinMs: 200 },
  );
  await Promise.all([hyperty.close(), hyperty.close()]);
});

test('[DE5] aborting while it starts ends its process', async () => {
  const abort = new AbortController();
  const running = runHostile('for (;;);', {}, abort.signal);
  running.catch(() => undefined);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
});

/** A program of its own with a hyperty in it. */
async function aHost(): Promise<{ readonly host: ChildProcess; readonly sandboxPid: number }> {
  const program = fileURLToPath(new URL('./testing/host-program.ts', import.meta.url));
  const host = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void host.kill('SIGKILL'));
  const [line] = await once(host.stdout.setEncoding('utf8'), 'data');
  return { host, sandboxPid: Number(line) };
}

test('[DE8] a sandbox ends with its host, however that ended', async () => {
  const { host, sandboxPid } = await aHost();
  host.kill('SIGKILL');
  await until(() => !isAlive(sandboxPid));
});

/** A process that nobody has asked how it ended stays in the list, as a zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
