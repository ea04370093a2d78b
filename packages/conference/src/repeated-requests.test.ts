import { ConferenceError, type MessageOf, parseAddress } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { RepeatedRequests } from './repeated-requests.ts';

function aRequest(id: number, method = 'createRoom', user?: string): MessageOf<'execute'> {
  const from = parseAddress('hyperty://acme.test/s1/client');
  const identity = user === undefined ? undefined : { userURL: parseAddress(user) };
  const to = parseAddress('hyperty://acme.test/conference');
  return { id, type: 'execute', from, to, body: { method, identity } };
}

function aDesk() {
  const clock = new FakeClock();
  const requests = new RepeatedRequests(clock);
  let done = 0;
  const ask = (request: MessageOf<'execute'>) =>
    requests.answerOnce(request, async () => {
      done += 1;
      return { done };
    });
  return { clock, ask };
}

test('[C42] a request that comes again gets the answer of the first, and nothing is done twice', async () => {
  const { ask, clock } = aDesk();
  expect(await ask(aRequest(1))).toEqual({ done: 1 });
  clock.advance(59_000);
  expect(await ask(aRequest(1))).toEqual({ done: 1 });
  clock.advance(59_000);
  expect(await ask(aRequest(1))).toEqual({ done: 1 });
});

test('[C42] another id or method is another request, and after minutes so is the same', async () => {
  const { ask, clock } = aDesk();
  expect(await ask(aRequest(1))).toEqual({ done: 1 });
  expect(await ask(aRequest(2))).toEqual({ done: 2 });
  expect(await ask(aRequest(1, 'closeRoom'))).toEqual({ done: 3 });
  clock.advance(180_000);
  expect(await ask(aRequest(1))).toEqual({ done: 4 });
});

test('[C42] nobody gets the answer that another user had at the same address', async () => {
  const { ask } = aDesk();
  expect(await ask(aRequest(1, 'openPrivateChat', 'user://acme.test/ann'))).toEqual({ done: 1 });
  expect(await ask(aRequest(1, 'openPrivateChat', 'user://acme.test/eve'))).toEqual({ done: 2 });
});

test('[C42] a request that failed has done nothing: it is tried again when it comes again', async () => {
  const failing = new RepeatedRequests(new FakeClock());
  const fail = () => Promise.reject(new ConferenceError('room-not-found'));
  await expect(failing.answerOnce(aRequest(1), fail)).rejects.toMatchObject({ code: 'room-not-found' });
  await settle();
  expect(await failing.answerOnce(aRequest(1), async () => ({ done: 1 }))).toEqual({ done: 1 });
});
