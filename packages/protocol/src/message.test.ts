import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConferenceError } from './errors.ts';
import {
  checkMessage,
  errorBody,
  formatMessage,
  type Message,
  parseMessage,
  respond,
  salvageHeader,
} from './message.ts';

const ann = 'hyperty://acme.test/ann';
const header = { id: 1, from: ann, to: 'hyperty://acme.test/bob' };
const refusal = (code: string) => expect.objectContaining({ code });

const address = fc
  .tuple(
    fc.constantFrom('hyperty', 'runtime', 'connection', 'comm', 'user', 'domain'),
    fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,5})?$/),
    fc.stringMatching(/^[A-Za-z0-9]{1,10}(\/[a-z]{1,5})?$/),
  )
  .map(([scheme, domain, path]) => `${scheme}://${domain}/${path}`);
const unsafe = /__proto__|constructor|prototype/;
const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !unsafe.test(JSON.stringify(value)));

test('whatever is written is read back the same', () => {
  fc.assert(
    fc.property(fc.nat(), address, address, json, (id, from, to, value) => {
      for (const type of ['create', 'update'] as const) {
        const message = checkMessage({ id, type, from, to, body: { value } });
        expect(parseMessage(formatMessage(message))).toEqual(JSON.parse(JSON.stringify(message)));
      }
    }),
  );
});

test('whatever text comes, it is read as a message or refused with a code', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((text) => text.slice(0, -1)),
      ),
      (text) => {
        try {
          parseMessage(text);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ConferenceError);
          expect(['bad-message', 'message-too-large']).toContain((thrown as ConferenceError).code);
        }
      },
    ),
  );
});

test('reading is liberal: quoted codes, desc, the older scheme of runtimes, unknown fields, no body', () => {
  const response = { ...header, type: 'response', body: { code: '200', desc: 'fine', unknown: 1 } };
  expect(checkMessage(response).body).toEqual({ code: 200, desc: 'fine' });
  const older = checkMessage({ ...header, from: 'hyperty-runtime://acme.test/r1', type: 'read' });
  expect(older).toMatchObject({ from: 'runtime://acme.test/r1', body: {} });
});

test.each([
  ['no id', { ...header, id: undefined, type: 'read' }],
  ['a negative id', { ...header, id: -1, type: 'read' }],
  ['a type in capitals', { ...header, type: 'READ' }],
  ['an address without a domain', { ...header, type: 'read', to: 'hyperty:///x' }],
  ['an address of another scheme', { ...header, type: 'read', to: 'https://acme.test/x' }],
  ['a list of addresses', { ...header, type: 'read', to: [ann] }],
  ['a body that is a list', { ...header, type: 'read', body: [] }],
  ['an execute without a method', { ...header, type: 'execute', body: {} }],
  ['a version that is no number', { ...header, type: 'update', body: { version: '1' } }],
  ['a response with no code', { ...header, type: 'response', body: {} }],
])('%s is refused', (_what, value) => {
  expect(() => checkMessage(value)).toThrow(refusal('bad-message'));
});

test('the refusal names the place', () => {
  expect(() => checkMessage({ ...header, type: 'update', body: { version: 'x' } })).toThrow(/version/);
});

test('of a refused message its sender is found where the header is whole', () => {
  expect(salvageHeader(JSON.stringify({ ...header, type: 'dream' }))).toEqual(header);
  expect(salvageHeader('{"id":1}')).toBeUndefined();
  expect(salvageHeader('nonsense')).toBeUndefined();
});

test('a response exchanges the addresses, and an error keeps its cause and stack to itself', () => {
  const request: Message = checkMessage({ ...header, type: 'read' });
  const error = new ConferenceError('refused', 'Locked.', { cause: new Error('secret'), details: { a: 1 } });
  const response = respond(request, errorBody(error));
  expect(response).toMatchObject({ id: 1, from: header.to, to: header.from });
  expect(response.body).toEqual({
    code: 403,
    description: 'Locked.',
    error: { code: 'refused', retryable: false, details: { a: 1 } },
  });
});
