import { descriptorSchema, parseHypertyDescriptor } from '@plenum/protocol';
import Fastify from 'fastify';
import * as v from 'valibot';
import { expect, onTestFinished, test } from 'vitest';
import { describeCatalogue, type PublishedHyperty, registerCatalogue } from './catalogue.ts';

const aSource = `export default () => ({ name: 'echo' });\n`;

function aPublished(integrity = 'sha256-RcDHPzAtoLMdVSMOBbdzm2044loGNjSx9png9bzptPA='): PublishedHyperty {
  const descriptor = {
    cguid: 'acme/hyperty/Echo',
    type: 'hyperty',
    version: '1.0.0',
    objectName: 'Echo',
    description: 'Says what it is told.',
    language: 'javascript',
    isolation: 'sandbox',
    hypertyType: ['bot'],
    dataObjects: [],
    constraints: { node: true, browser: false },
    sourcePackageURL: '../sourcepackage/Echo',
    sourcePackage: { encoding: 'utf-8', sourceCodeClassname: 'Echo', integrity },
  };
  return { descriptor: JSON.stringify(descriptor), source: aSource };
}

function aServer(basePath = '', published: readonly PublishedHyperty[] = []) {
  const server = Fastify();
  onTestFinished(() => server.close());
  registerCatalogue(server, { basePath, catalogue: describeCatalogue(published) });
  return server;
}

test('[DE11] the index names every descriptor, and each is there', async () => {
  const server = aServer('/meet');
  const index = (await server.inject('/meet/.well-known/plenum')).json();
  expect(index).toMatchObject({
    product: 'plenum',
    hyperties: ['hyperty/ConferenceServer', 'hyperty/ConferenceClient'],
    dataSchemas: ['Context', 'Connection', 'Communication', 'ResourceCollection', 'Lobby'].map(
      (name) => `dataschema/${name}`,
    ),
  });
  for (const path of [...index.hyperties, ...index.dataSchemas]) {
    const { statusCode, headers, body } = await server.inject(`/meet/.well-known/${path}`);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(v.parse(descriptorSchema, JSON.parse(body)).objectName).toBe(path.split('/')[1]);
  }
});

test('[DE11] the conference server is a hyperty in the process that needs a media server', async () => {
  const { body } = await aServer().inject('/.well-known/hyperty/ConferenceServer');
  expect(parseHypertyDescriptor(body)).toMatchObject({
    isolation: 'in-process',
    resources: ['media-server'],
  });
});

test('[DE11] a data schema’s descriptor leads to its JSON schema, with the hash of it', async () => {
  const server = aServer();
  const descriptor = (await server.inject('/.well-known/dataschema/Connection')).json();
  const at = new URL(descriptor.sourcePackageURL, 'http://host/.well-known/dataschema/Connection').pathname;
  const source = await server.inject(at);
  expect(source.headers['content-type']).toBe('application/schema+json; charset=utf-8');
  expect(source.headers['etag']).toBe(`"${descriptor.sourcePackage.integrity}"`);
  expect(source.json().title).toBe('Connection');
});

test('who has it already gets nothing anew', async () => {
  const server = aServer();
  const url = '/.well-known/plenum';
  const { headers } = await server.inject(url);
  expect(headers['cache-control']).toBe('no-cache');
  const again = (tag: string) => server.inject({ url, headers: { 'if-none-match': tag } });
  expect((await again(`W/"other", ${headers['etag']}`)).statusCode).toBe(304);
  expect((await again('"other"')).statusCode).toBe(200);
});

test.each([
  'hyperty/Nobody',
  'hyperty/__proto__',
  'dataschema/ConferenceServer',
  'sourcepackage/x%2F..%2Fplenum',
])('what is not in the catalogue is a coded error: %s', async (path) => {
  const { statusCode, body } = await aServer().inject(`/.well-known/${path}`);
  expect(statusCode).toBe(404);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'object-not-found', retryable: false } });
});

test('another’s hyperty is published beside the product’s, with its source', async () => {
  const server = aServer('', [aPublished()]);
  expect((await server.inject('/.well-known/hyperty/Echo')).json().objectName).toBe('Echo');
  expect((await server.inject('/.well-known/sourcepackage/Echo')).body).toBe(aSource);
});

test('what is published under a wrong hash is noticed at the start', () => {
  const wrong = `sha256-${'A'.repeat(43)}=`;
  expect(() => describeCatalogue([aPublished(wrong)])).toThrow(
    expect.objectContaining({ code: 'integrity-mismatch' }),
  );
});
