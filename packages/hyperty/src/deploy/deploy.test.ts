import { ConferenceError, type HypertyUrl } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { describe, expect, test, vi } from 'vitest';
import { type DeployOptions, deploy } from './deploy.ts';
import { integrityOf } from './integrity.ts';
import type { PartOfProduct } from './part-of-product.ts';
import {
  aCatalogue,
  anEchoCatalogue,
  aServerDescriptor,
  echoSource,
  echoUrl,
  FakeSandboxHost,
  folder,
} from './testing/deploy-fixture.ts';

const here = { allowed: [folder], platform: 'node' } as const;

describe('a hyperty from outside', () => {
  async function deployEcho(options: Partial<DeployOptions> = {}, changes: object = {}) {
    const sandboxHost = new FakeSandboxHost();
    const { fetchText } = await anEchoCatalogue(changes);
    const deployed = await deploy(echoUrl, { ...here, fetchText, sandboxHost, ...options });
    return { sandboxHost, deployed };
  }

  test('[DE3] is run as its source was verified, with what its descriptor configures', async () => {
    const { sandboxHost, deployed } = await deployEcho();
    expect(sandboxHost.ran[0]).toMatchObject({
      source: { name: 'Echo', language: 'javascript', text: echoSource },
      activation: { url: deployed.url, configuration: { greeting: 'Hello' } },
    });
    expect(deployed).toMatchObject({ name: 'echo', instance: undefined, descriptor: { objectName: 'Echo' } });
  });

  test('whoever deploys may configure it otherwise', async () => {
    const { sandboxHost } = await deployEcho({ configuration: { greeting: 'Hi' } });
    expect(sandboxHost.ran[0]?.activation.configuration).toEqual({ greeting: 'Hi' });
  });

  test('[DE6] has a session of its own, in which it is known and reached', async () => {
    const { sandboxHost, deployed } = await deployEcho();
    const [session] = sandboxHost.sessions;
    expect(session?.asked).toEqual([
      `claim ${deployed.url}`,
      `register {"url":"${deployed.url}","user":"user://acme.test/guest-1","dataSchemes":["comm"],"resources":["bot"]}`,
    ]);
    sandboxHost.ran[0]?.activation.bus.listen(deployed.url, () => ({ code: 200, value: 'echo' }));
    expect(await session?.ask(deployed.url)).toMatchObject({ value: 'echo' });
    expect(sandboxHost.openSessions).toBe(1);
  });

  test('[DE6] sends in no other name than its own', async () => {
    const { sandboxHost, deployed } = await deployEcho();
    const bus = sandboxHost.ran[0]?.activation.bus;
    const to: HypertyUrl = 'hyperty://acme.test/conference';
    expect(() => bus?.send({ type: 'read', from: to, to: deployed.url, body: {} })).toThrow(
      expect.objectContaining({ code: 'not-authorized' }),
    );
    bus?.send({ type: 'read', from: deployed.url, to, body: {} });
    expect(sandboxHost.sessions[0]?.sent).toEqual([{ type: 'read', from: deployed.url, to, body: {} }]);
  });

  test('[DE10] closing it ends its session, once', async () => {
    const onEnded = vi.fn();
    const { sandboxHost, deployed } = await deployEcho({ onEnded });
    sandboxHost.ran[0]?.activation.bus.listen(deployed.url, () => ({ code: 200 }));
    await Promise.all([deployed.close(), deployed.close()]);
    expect(sandboxHost.ran[0]?.isClosed).toBe(true);
    await settle();
    expect(sandboxHost.openSessions).toBe(0);
    expect(sandboxHost.sessions[0]?.listeners.size).toBe(0);
    expect(onEnded).not.toHaveBeenCalled();
  });

  test('[DE8] when it ends by itself its session does, and the host is told', async () => {
    const onEnded = vi.fn();
    const { sandboxHost } = await deployEcho({ onEnded });
    const error = new ConferenceError('capacity-exceeded');
    sandboxHost.ran[0]?.activation.onEnded(error);
    await settle();
    expect(onEnded.mock.calls).toEqual([[error]]);
    expect(sandboxHost.openSessions).toBe(0);
  });

  test('[DE8] when its session ends, so does it', async () => {
    const onEnded = vi.fn();
    const { sandboxHost } = await deployEcho({ onEnded });
    sandboxHost.sessions[0]?.end(new ConferenceError('session-lost'));
    await settle();
    expect(sandboxHost.ran[0]?.isClosed).toBe(true);
    expect(onEnded).toHaveBeenCalledOnce();
  });

  test('[DE5] one that fails to start leaves nothing behind', async () => {
    const sandboxHost = new FakeSandboxHost();
    sandboxHost.start = () => Promise.reject(new ConferenceError('timeout'));
    const { fetchText } = await anEchoCatalogue();
    const deploying = deploy(echoUrl, { ...here, fetchText, sandboxHost });
    await expect(deploying).rejects.toMatchObject({ code: 'timeout' });
    await settle();
    expect(sandboxHost.openSessions).toBe(0);
  });
});

describe('[DE5] aborting', () => {
  test('before, nothing is even loaded', async () => {
    const { fetchText, asked } = await anEchoCatalogue();
    const signal = AbortSignal.abort();
    await expect(deploy(echoUrl, { ...here, fetchText, signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(asked).toEqual([]);
  });

  test('while it loads, whether or not the loading listens', async () => {
    const abort = new AbortController();
    const never = () => new Promise<string>(() => undefined);
    const deploying = deploy(echoUrl, { ...here, fetchText: never, signal: abort.signal });
    abort.abort();
    await expect(deploying).rejects.toMatchObject({ code: 'aborted' });
  });

  test('while it starts, what still becomes active is closed', async () => {
    const abort = new AbortController();
    const sandboxHost = new FakeSandboxHost();
    const start = Promise.withResolvers<void>();
    sandboxHost.start = () => start.promise;
    const { fetchText } = await anEchoCatalogue();
    const deploying = deploy(echoUrl, { ...here, fetchText, sandboxHost, signal: abort.signal });
    deploying.catch(() => undefined);
    await vi.waitFor(() => expect(sandboxHost.ran.length).toBe(1));
    abort.abort();
    await expect(deploying).rejects.toMatchObject({ code: 'aborted' });
    start.resolve();
    await settle();
    expect(sandboxHost.ran[0]?.isClosed).toBe(true);
    expect(sandboxHost.openSessions).toBe(0);
  });
});

describe('what is refused, before anything runs', () => {
  async function refusal(changes: object, source?: string, platform: 'node' | 'browser' = 'node') {
    const sandboxHost = new FakeSandboxHost();
    const { fetchText } = await anEchoCatalogue(changes, source);
    const deploying = deploy(echoUrl, { ...here, platform, fetchText, sandboxHost });
    const error = await deploying.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(sandboxHost.ran).toEqual([]);
    expect(sandboxHost.openSessions).toBe(0);
    return error;
  }

  test.each([
    'https://elsewhere.test/.well-known/hyperty/Echo',
    'http://catalogue.test/.well-known/hyperty/Echo',
    'https://catalogue.test:8443/.well-known/hyperty/Echo',
    'https://catalogue.test.evil.test/.well-known/hyperty/Echo',
    'https://catalogue.test/hyperty/Echo',
    'https://catalogue.test/.well-known/../hyperty/Echo',
    'https://catalogue.test/.well-known/%2e%2e/hyperty/Echo',
    'https://catalogue.test/.well-known/..%2fhyperty/Echo',
    'https://catalogue.test/.well-known\\..\\hyperty/Echo',
    'https://ann@catalogue.test/.well-known/hyperty/Echo',
    'data:application/json,{}',
    'file:///.well-known/hyperty/Echo',
  ])('[DE1] a descriptor from %s', async (url) => {
    const { fetchText, asked } = aCatalogue({});
    await expect(deploy(url, { ...here, fetchText })).rejects.toMatchObject({ code: 'descriptor-refused' });
    expect(asked).toEqual([]);
  });

  test('[DE1] a source from elsewhere', async () => {
    const sourcePackageURL = 'https://elsewhere.test/.well-known/sourcepackage/Echo';
    expect(await refusal({ sourcePackageURL })).toMatchObject({ code: 'descriptor-refused' });
  });

  test('what is no URL', async () => {
    const { fetchText } = aCatalogue({});
    await expect(deploy('Echo', { ...here, fetchText })).rejects.toMatchObject({ code: 'bad-request' });
  });

  test.each([
    ['without a hash', { sourcePackage: { encoding: 'utf-8', sourceCodeClassname: 'Echo' } }],
    [
      'with a weak hash',
      { sourcePackage: { encoding: 'utf-8', sourceCodeClassname: 'Echo', integrity: 'md5-aaaa' } },
    ],
    ['with a name that is no name', { objectName: '../conference' }],
    ['of a data schema', { type: 'dataschema' }],
    ['with an isolation that there is not', { isolation: 'none' }],
    ['without constraints', { constraints: undefined }],
  ])('[DE2] a descriptor %s', async (_what, changes) => {
    expect(await refusal(changes)).toMatchObject({ code: 'bad-request' });
  });

  test.each(['', 'not JSON', '[]', '{"__proto__":{}}', `"${'a'.repeat(70_000)}"`])(
    '[DE2] what is no descriptor at all: %.20s',
    async (text) => {
      const { fetchText } = aCatalogue({ [echoUrl]: text });
      await expect(deploy(echoUrl, { ...here, fetchText })).rejects.toMatchObject({ code: 'bad-request' });
    },
  );

  test('[DE2] what is for another platform', async () => {
    expect(await refusal({}, undefined, 'browser')).toMatchObject({
      code: 'descriptor-refused',
      details: { platform: 'browser' },
    });
  });

  test('[DE3] a source that is not what was promised, by one letter', async () => {
    expect(await refusal({}, echoSource.replace('echo', 'echO'))).toMatchObject({
      code: 'integrity-mismatch',
    });
  });

  test('[DE4] a hyperty from outside that asks for a resource', async () => {
    expect(await refusal({ resources: ['media-server'] })).toMatchObject({ code: 'descriptor-refused' });
  });

  test('[DE4] one that would run in the process and is no part of the product', async () => {
    expect(await refusal({ isolation: 'in-process', language: 'typescript' })).toMatchObject({
      code: 'descriptor-refused',
      details: { objectName: 'Echo' },
    });
  });

  test('a hyperty from outside where there is no sandbox', async () => {
    const { fetchText } = await anEchoCatalogue();
    await expect(deploy(echoUrl, { ...here, fetchText })).rejects.toMatchObject({
      code: 'descriptor-refused',
    });
  });
});

describe('[DE4] a part of the product', () => {
  const url = `${folder}hyperty/ConferenceServer`;
  const conference: HypertyUrl = 'hyperty://acme.test/conference';
  interface Resources {
    readonly 'media-server': { readonly kind: string };
    readonly database?: string;
  }
  const close = vi.fn();
  const part: PartOfProduct<Resources, { readonly media: string; readonly configuration: unknown }> = ({
    resource,
    configuration,
  }) => ({
    name: 'conference',
    url: conference,
    instance: { media: resource('media-server').kind, configuration },
    close,
  });
  const resources: Resources = { 'media-server': { kind: 'fake' }, database: 'secret' };

  function deployServer(parts: Readonly<Record<string, typeof part>>, lent: Partial<Resources> = resources) {
    const { fetchText, asked } = aCatalogue({ [url]: aServerDescriptor });
    return { deploying: deploy(url, { ...here, fetchText, parts, resources: lent as Resources }), asked };
  }

  test('runs in the process, by the same call, with what its descriptor declares', async () => {
    const { deploying, asked } = deployServer({ ConferenceServer: part });
    const deployed = await deploying;
    expect(deployed).toMatchObject({
      name: 'conference',
      url: conference,
      instance: { media: 'fake', configuration: {} },
    });
    expect(asked).toEqual([url]);
    await Promise.all([deployed.close(), deployed.close()]);
    expect(close).toHaveBeenCalledOnce();
  });

  test('does not run without a resource that it needs', async () => {
    await expect(deployServer({ ConferenceServer: part }, {}).deploying).rejects.toMatchObject({
      code: 'descriptor-refused',
      details: { missing: ['media-server'] },
    });
  });

  test('is lent nothing that its descriptor does not declare', async () => {
    const greedy: typeof part = (activation) => {
      activation.resource('database');
      return part(activation);
    };
    await expect(deployServer({ ConferenceServer: greedy }).deploying).rejects.toMatchObject({
      code: 'descriptor-refused',
      details: { resource: 'database' },
    });
  });
});

test.each([
  ['', 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  ['abc', 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='],
])('the hash of %j is as others make it', async (text, hash) => {
  expect(await integrityOf(text)).toBe(hash);
});
