import type { ParticipantId } from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { RoomSignals } from './room-signals.ts';

const ben = 'ben' as ParticipantId;

function aRoom() {
  const clock = new FakeClock();
  const sent: unknown[] = [];
  const heard: unknown[] = [];
  const signals = new RoomSignals({
    clock,
    broadcast: (message) => sent.push(JSON.parse(new TextDecoder().decode(message))),
    onReaction: (reaction) => heard.push(reaction),
    onCursor: (cursor) => heard.push(cursor),
  });
  const hears = (signal: unknown, from = ben) =>
    signals.handleMessage(from, new TextEncoder().encode(JSON.stringify(signal)));
  return { clock, signals, sent, heard, hears };
}

test.each(['👍', '❤️', '🎉', '👩🏽‍🚀', '🇺🇦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'])('%s is an emoji, and goes both ways', (emoji) => {
  const { signals, sent, heard, hears } = aRoom();
  signals.react(emoji);
  expect(sent).toEqual([{ type: 'reaction', emoji }]);
  hears({ type: 'reaction', emoji });
  expect(heard).toEqual([{ from: ben, emoji }]);
});

test.each(['', 'a', '1', '<b>', '👍 hello', '👍'.repeat(40)])(
  '“%s” is none, and goes neither way',
  (emoji) => {
    const { signals, sent, heard, hears } = aRoom();
    expect(() => signals.react(emoji)).toThrow(expect.objectContaining({ code: 'bad-request' }));
    hears({ type: 'reaction', emoji });
    expect([sent, heard]).toEqual([[], []]);
  },
);

test('who reacts too often is told so', () => {
  const { clock, signals, sent } = aRoom();
  for (let count = 0; count < 5; count += 1) signals.react('👍');
  expect(() => signals.react('👍')).toThrow(expect.objectContaining({ code: 'rate-limited' }));
  clock.advance(500);
  signals.react('👍');
  expect(sent).toHaveLength(6);
});

test('a cursor that moves all the time is sent twenty times a second, and where it stops', () => {
  const { clock, signals, sent } = aRoom();
  for (let step = 1; step <= 100; step += 1) {
    signals.moveCursor(step / 100, 0.5);
    clock.advance(10);
  }
  clock.advance(100);
  expect(sent.length).toBeLessThanOrEqual(21);
  expect(sent.at(-1)).toEqual({ type: 'cursor', x: 1, y: 0.5 });
  expect(clock.pendingTimers).toBe(0);
});

test.each([
  [-0.1, 0],
  [0, 1.1],
  [Number.NaN, 0],
])('a cursor at %d, %d is on no picture', (x, y) => {
  const { signals, sent, heard, hears } = aRoom();
  expect(() => signals.moveCursor(x, y)).toThrow(expect.objectContaining({ code: 'bad-request' }));
  hears({ type: 'cursor', x, y });
  expect([sent, heard]).toEqual([[], []]);
});

test('noise, and what is too much, changes nothing', () => {
  const { signals, heard, hears } = aRoom();
  signals.handleMessage(ben, Uint8Array.of(255, 254));
  hears({ type: 'other' });
  hears({ type: 'reaction', emoji: '👍', more: 'x'.repeat(300) });
  hears(null);
  expect(heard).toEqual([]);
  for (let count = 0; count < 200; count += 1) hears({ type: 'cursor', x: 0, y: 0 });
  expect(heard.length).toBeLessThan(61);
  hears({ type: 'cursor', x: 0, y: 0 }, 'cleo' as ParticipantId);
  expect(heard.at(-1)).toMatchObject({ from: 'cleo' });
});
