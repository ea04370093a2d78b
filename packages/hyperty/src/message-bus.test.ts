import { ConferenceError, errorBody, type Message, type ResponseBody, respond } from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { silentLogger } from './logger.ts';
import { MessageBus } from './message-bus.ts';

const ann = 'hyperty://acme.test/ann';
const bob = 'hyperty://acme.test/bob';

function aBus() {
  const clock = new FakeClock();
  const sent: Message[] = [];
  const unclaimed: Message[] = [];
  const bus = new MessageBus({
    send: (message) => sent.push(message),
    onUnclaimed: (message) => unclaimed.push(message),
    clock,
    logger: silentLogger,
    requestTimeoutMs: 1000,
  });
  const ask = (options = {}) => bus.request({ type: 'read', from: ann, to: bob, body: {} }, options);
  const answer = (body: ResponseBody, from: typeof bob | typeof ann = bob) => {
    const request = sent.at(-1);
    if (request !== undefined) bus.handleMessage({ ...respond(request, body), from });
  };
  return { bus, clock, sent, unclaimed, ask, answer };
}

test('[B1] a request resolves with the response that carries its id from where it went', async () => {
  const { ask, answer } = aBus();
  const asked = ask();
  answer({ code: 200, value: 'not from bob' }, ann);
  answer({ code: 200, value: 'hello' });
  expect((await asked).value).toBe('hello');
});

test('[B2] an error response rejects with its code', async () => {
  const { ask, answer } = aBus();
  const asked = ask();
  answer(errorBody(new ConferenceError('refused', 'The room is locked.')));
  await expect(asked).rejects.toMatchObject({ code: 'refused', message: 'The room is locked.' });
});

test('[B3] a request without an answer rejects with timeout', async () => {
  const { ask, clock } = aBus();
  const asked = ask();
  clock.advance(1000);
  await expect(asked).rejects.toMatchObject({ code: 'timeout' });
});

test('[B4] a provisional response starts the timeout anew', async () => {
  const { ask, answer, clock } = aBus();
  const asked = ask();
  clock.advance(900);
  answer({ code: 100 });
  clock.advance(900);
  answer({ code: 200, value: 1 });
  expect((await asked).value).toBe(1);
  expect(clock.pendingTimers).toBe(0);
});

test('[B5] an aborted request rejects at once and its late answer is dropped', async () => {
  const { ask, answer, clock } = aBus();
  const controller = new AbortController();
  const asked = ask({ signal: controller.signal });
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  answer({ code: 200 });
  expect(clock.pendingTimers).toBe(0);
  await expect(ask({ signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
});

test('[B6] closing rejects everything pending with the reason, and what comes after', async () => {
  const { bus, ask, sent } = aBus();
  const asked = ask();
  bus.close(new ConferenceError('disconnected'));
  await expect(asked).rejects.toMatchObject({ code: 'disconnected' });
  const sentBefore = sent.length;
  await expect(ask()).rejects.toMatchObject({ code: 'disconnected' });
  expect(sent.length).toBe(sentBefore);
});

test('[B7] a handler answers by what it returns or throws', async () => {
  const { bus, sent } = aBus();
  bus.listen(ann, (message) => {
    if (message.type === 'read') return { code: 200, value: 42 };
    throw new ConferenceError('not-authorized');
  });
  bus.handleMessage({ id: 7, type: 'read', from: bob, to: ann, body: {} });
  bus.handleMessage({ id: 8, type: 'delete', from: bob, to: ann, body: {} });
  await expect.poll(() => sent.length).toBe(2);
  sent.sort((a, b) => a.id - b.id);
  expect(sent[0]).toMatchObject({
    id: 7,
    type: 'response',
    from: ann,
    to: bob,
    body: { code: 200, value: 42 },
  });
  expect(sent[1]).toMatchObject({ id: 8, body: { code: 403, error: { code: 'not-authorized' } } });
});

test('[B8] a request to nobody is answered with address-not-found, and a second listener is refused', async () => {
  const { bus, sent } = aBus();
  bus.handleMessage({ id: 9, type: 'read', from: bob, to: ann, body: {} });
  await expect.poll(() => sent[0]?.body).toMatchObject({ code: 404, error: { code: 'address-not-found' } });
  const stop = bus.listen(ann, () => undefined);
  expect(() => bus.listen(ann, () => undefined)).toThrow(expect.objectContaining({ code: 'address-taken' }));
  stop();
  expect(() => bus.listen(ann, () => undefined)).not.toThrow();
});

test('[B9] what is published is never answered; without a listener it is handed on', async () => {
  const { bus, sent, unclaimed } = aBus();
  const object = 'comm://acme.test/standup';
  bus.handleMessage({ id: 1, type: 'update', from: object, to: `${object}/changes`, body: {} });
  expect(unclaimed).toHaveLength(1);
  expect(sent).toHaveLength(0);
});
