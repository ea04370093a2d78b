import { expect, test } from 'vitest';
import { signal } from './signal.ts';
import { createSound, type TracksByParticipant } from './sound.ts';

const track = (id: string) => ({ id }) as MediaStreamTrack;

function aSound(isAllowed: () => boolean = () => true) {
  const log: string[] = [];
  const tracks = signal<TracksByParticipant>(new Map());
  const speakerId = signal('');
  let players = 0;
  const sound = createSound({
    tracks,
    speakerId,
    createPlayer() {
      const name = `player ${++players}`;
      return {
        play: async ({ id }) => {
          log.push(`${name} plays ${id}`);
          if (!isAllowed()) throw Object.assign(new Error('Tap first.'), { name: 'NotAllowedError' });
        },
        setSpeaker: (id) => void (id !== '' && log.push(`${name} to ${id}`)),
        close: () => void log.push(`${name} closed`),
      };
    },
  });
  return { sound, tracks, speakerId, log };
}

test('each participant has one player, which ends with the track', () => {
  const { tracks, log } = aSound();
  tracks.set(new Map([['ann', track('1')]]));
  tracks.set(new Map([['ann', track('2')]]));
  tracks.set(new Map());
  expect(log).toEqual(['player 1 plays 1', 'player 1 plays 2', 'player 1 closed']);
});

test('a track that stays is not started again', () => {
  const { tracks, log } = aSound();
  const same = track('1');
  tracks.set(new Map([['ann', same]]));
  tracks.set(new Map([['ann', same]]));
  expect(log).toHaveLength(1);
});

test('the chosen speaker holds for players before and after', () => {
  const { tracks, speakerId, log } = aSound();
  tracks.set(new Map([['ann', track('1')]]));
  speakerId.set('headset');
  tracks.set(new Map([...tracks.current, ['ben', track('2')]]));
  expect(log).toEqual(['player 1 plays 1', 'player 1 to headset', 'player 2 to headset', 'player 2 plays 2']);
});

test('sound that the browser blocks starts with a tap', async () => {
  let isAllowed = false;
  const { sound, tracks } = aSound(() => isAllowed);
  tracks.set(new Map([['ann', track('1')]]));
  await Promise.resolve();
  await Promise.resolve();
  expect(sound.isBlocked.current).toBe(true);
  isAllowed = true;
  sound.unblock();
  await Promise.resolve();
  expect(sound.isBlocked.current).toBe(false);
});
