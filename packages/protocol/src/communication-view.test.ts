import * as v from 'valibot';
import { expect, test } from 'vitest';
import { type CommunicationData, communicationSchema } from './communication.ts';
import { viewByUser } from './communication-view.ts';

const ann = {
  userURL: 'user://acme.test/ann',
  hypertyURL: 'hyperty://acme.test/s1/client',
  domain: 'acme.test',
  name: 'Ann',
  status: 'live',
  joined: '2026-01-05T10:00:00.000Z',
  role: 'owner',
  may: ['chat', 'own'],
  mayPublish: ['microphone', 'camera'],
  publications: { microphone: { muted: false }, camera: { muted: true } },
} as const;

const room: CommunicationData = v.parse(communicationSchema, {
  scheme: 'comm',
  name: 'standup',
  roomId: 'standup',
  status: 'open',
  startingTime: '2026-01-05T10:00:00.000Z',
  lastModified: '2026-01-05T10:00:00.000Z',
  topology: 'sfu',
  plan: 'sfu',
  settings: {
    title: 'Standup',
    isLocked: false,
    hasLobby: false,
    guests: 'welcome',
    capacity: 100,
    defaultRole: 'participant',
  },
  children: ['resources'],
  participants: { p1: ann },
});

test('participants stand by their user URL, as the documents write them', () => {
  expect(viewByUser(room).participants).toEqual({
    'user://acme.test/ann': {
      hypertyURL: 'hyperty://acme.test/s1/client',
      domain: 'acme.test',
      status: 'live',
      resources: ['audio'],
      identity: { userProfile: { userURL: 'user://acme.test/ann', cn: 'Ann' } },
    },
  });
});

test('of two devices of one user the later is shown', () => {
  const phone = { ...ann, hypertyURL: 'hyperty://acme.test/s2/client', joined: '2026-01-05T11:00:00.000Z' };
  const two = v.parse(communicationSchema, { ...room, participants: { p2: phone, p1: ann } });
  const { participants } = viewByUser(two);
  expect(Object.keys(participants)).toHaveLength(1);
  expect(participants['user://acme.test/ann']?.hypertyURL).toBe(phone.hypertyURL);
});

test('the time of the last change is the object’s, where it is known', () => {
  expect(viewByUser(room, '2026-01-05T12:00:00.000Z').lastModified).toBe('2026-01-05T12:00:00.000Z');
});
