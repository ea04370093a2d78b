/** When a copy is read again, and what comes while it is. */
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aRoomObservedByAnn } from './testing/observed-room.ts';

test('[O9] an object that says its version during a read is read once more, where the read brought less', async () => {
  const { reporter, observer, wire, deliver, deliverAll } = aRoomObservedByAnn();
  reporter.set('topic', 'lost');
  reporter.announce();
  const [, firstWord] = wire.splice(0);
  deliver(firstWord);
  await expect.poll(() => wire.length).toBe(1);
  const [answer] = wire.splice(0);
  reporter.set('topic', 'lost too');
  reporter.announce();
  const [, secondWord] = wire.splice(0);
  deliver(secondWord);
  deliver(answer);
  await expect.poll(() => wire.length).toBe(1);
  deliverAll();
  await expect.poll(() => observer.data.topic).toBe('lost too');
});

test('[O9] what the read that is under way brings already is not read again', async () => {
  const { reporter, observer, wire, deliver, deliverAll } = aRoomObservedByAnn();
  reporter.set('topic', 'lost');
  reporter.announce();
  const [, word] = wire.splice(0);
  deliver(word);
  deliver(word);
  await expect.poll(() => wire.length).toBe(1);
  deliverAll();
  await expect.poll(() => observer.data.topic).toBe('lost');
  await settle();
  expect(wire).toEqual([]);
});

test('[O2] a copy that is to be refreshed during a read is read again after it', async () => {
  const { reporter, observer, wire, deliver, deliverAll } = aRoomObservedByAnn();
  observer.refresh();
  await expect.poll(() => wire.length).toBe(1);
  const [answer] = wire.splice(0);
  reporter.set('topic', 'missed');
  wire.splice(0);
  observer.refresh();
  deliver(answer);
  await expect.poll(() => wire.length).toBe(1);
  deliverAll();
  await expect.poll(() => observer.data.topic).toBe('missed');
});

test('[O8] what a flood during a read leaves out is read again', async () => {
  const { reporter, observer, wire, deliverAll } = aRoomObservedByAnn();
  observer.refresh();
  await expect.poll(() => wire.length).toBe(1);
  const [answer] = wire.splice(0);
  for (let i = 0; i < 300; i++) reporter.set('topic', `${i}`);
  deliverAll();
  if (answer !== undefined) wire.push(answer);
  deliverAll();
  await expect.poll(() => wire.length).toBe(1);
  deliverAll();
  await expect.poll(() => observer.data.topic).toBe('299');
});
