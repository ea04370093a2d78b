import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { describeCatalogue } from './catalogue.ts';
import { catalogueUrl, createFetchText } from './fetch-text.ts';

const bounds = { maxLength: 1_000, signal: undefined };
const fetchText = createFetchText(describeCatalogue());

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('the own catalogue is read without a network', async () => {
  const text = await fetchText(`${catalogueUrl('acme.test')}hyperty/ConferenceServer`, bounds);
  expect(JSON.parse(text).objectName).toBe('ConferenceServer');
  await expect(fetchText(`${catalogueUrl('acme.test')}hyperty/Nobody`, bounds)).rejects.toMatchObject({
    code: 'object-not-found',
  });
});

test('a text is loaded as it is', async () => {
  const url = await serve((_request, response) => response.end('\uFEFFä'));
  expect(await fetchText(url, bounds)).toBe('\uFEFFä');
});

test('[DE1] a redirect is refused', async () => {
  const elsewhere = await serve((_request, response) => response.end('from elsewhere'));
  const url = await serve((_request, response) => response.writeHead(302, { location: elsewhere }).end());
  await expect(fetchText(url, bounds)).rejects.toMatchObject({ code: 'disconnected' });
});

test('what is too long is not read to its end', async () => {
  const url = await serve((_request, response) => {
    response.write('a'.repeat(2_000));
  });
  await expect(fetchText(url, bounds)).rejects.toMatchObject({ code: 'message-too-large' });
});

test('what is not there is said to be not there', async () => {
  const url = await serve((_request, response) => response.writeHead(404).end('no'));
  await expect(fetchText(url, bounds)).rejects.toMatchObject({ code: 'object-not-found' });
});
