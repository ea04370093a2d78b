import { type ConferenceClientApi, ConferenceError, type GuestLink } from '@plenum/client';
import { expect, test } from 'vitest';
import { createGuestLinkModel, guestLinkWords } from './guest-link.ts';
import { settled } from './settled.ts';

const link: GuestLink = { url: 'https://example.org/blue#token=x', expires: '2026-11-21T10:00:00Z' };

function aClient(answer: () => Promise<GuestLink>) {
  const asked: unknown[] = [];
  const invite = (request: unknown, roomId: string) => {
    asked.push([request, roomId]);
    return answer();
  };
  return { client: { invite } as Pick<ConferenceClientApi, 'invite'>, asked };
}

test('a guest link is asked for and shown', async () => {
  const { client, asked } = aClient(async () => link);
  const model = createGuestLinkModel(client, 'blue');
  model.create('listener', 3_600);
  expect(model.state.current).toEqual({ name: 'creating' });
  await settled();
  expect(model.state.current).toEqual({ name: 'created', link, role: 'listener' });
  expect(asked).toEqual([[{ guestLink: { role: 'listener', validForSeconds: 3_600 } }, 'blue']]);
});

test('a link that could not be made says why', async () => {
  const { client } = aClient(() => Promise.reject(new ConferenceError('timeout')));
  const model = createGuestLinkModel(client, 'blue');
  model.create('participant', 3_600);
  await settled();
  expect(model.state.current).toMatchObject({
    name: 'failed',
    words: { happened: 'No answer came in time.' },
  });
});

test('what the link does is said with its end', () => {
  const words = guestLinkWords(
    'listener',
    new Date(2026, 10, 21, 10).toISOString(),
    new Date(2026, 10, 20),
    'en-GB',
  );
  expect(words).toMatch(/without waiting and listens.*Sat,? 21 Nov.* 10:00\.$/);
});
