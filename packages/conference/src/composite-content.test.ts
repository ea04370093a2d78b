import type { MediaLink } from '@plenum/media';
import type { ParticipantId, Source } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { type CompositeFacts, type CompositePerson, codecFor, composeContent } from './composite-content.ts';

const person = (id: string, ...sources: Source[]): CompositePerson => ({
  id: id as ParticipantId,
  name: id,
  connection: { id } as MediaLink,
  sources: new Set(sources),
  isMuted: false,
  hasHandUp: false,
});
const ann = person('ann', 'camera', 'microphone');
const ben = person('ben', 'camera', 'microphone');
const facts = (changes: Partial<CompositeFacts>): CompositeFacts => ({
  people: [ann, ben],
  speaker: undefined,
  layout: 'auto',
  ...changes,
});
const order = (changes: Partial<CompositeFacts>) =>
  composeContent(facts(changes)).entries.map(({ id }) => id);

test('[C60] all are of the same size, and stay where they are whoever speaks', () => {
  const content = composeContent(facts({ speaker: ben.id }));
  expect(content.layout).toBe('grid');
  expect(order({ speaker: ben.id })).toEqual(['ann', 'ben']);
});

test('[C82] who cannot be heard, and who has a hand up, has a mark, and what they share has none', () => {
  const marksOf = (changes: Partial<CompositeFacts>) =>
    composeContent(facts(changes)).entries.map(({ id, marks }) => [id, marks]);
  expect(marksOf({})).toEqual([
    ['ann', []],
    ['ben', []],
  ]);
  const sharing = { ...person('ben', 'camera', 'screen'), isMuted: true, hasHandUp: true };
  expect(marksOf({ people: [ann, sharing] })).toEqual([
    ['ben/screen', []],
    ['ann', []],
    ['ben', ['muted', 'hand']],
  ]);
});

test('[C60] what is shared is large, and is heard', () => {
  const sharing = person('ben', 'camera', 'microphone', 'screen', 'screen-audio');
  const content = composeContent(facts({ people: [ann, sharing] }));
  expect(content.layout).toBe('presentation');
  expect(content.entries.map(({ id, name }) => [id, name])).toEqual([
    ['ben/screen', 'ben (screen)'],
    ['ann', 'ann'],
    ['ben', 'ben'],
  ]);
  expect(content.entries[0]).toMatchObject({
    ownerId: 'ben',
    picture: { source: 'screen' },
    sound: { source: 'screen-audio' },
  });
});

test('[C60] who speaks is large where the room is set so', () => {
  expect(order({ layout: 'speaker', speaker: ben.id })).toEqual(['ben', 'ann']);
  expect(composeContent(facts({ layout: 'presentation' })).layout).toBe('speaker');
});

test('[C60] who shows nothing and says nothing keeps a place with their name', () => {
  const [entry] = composeContent(facts({ people: [person('ann')] })).entries;
  expect(entry).toEqual({
    id: 'ann',
    ownerId: 'ann',
    name: 'ann',
    marks: [],
    sound: undefined,
    picture: undefined,
  });
});

test('[C60] where not all have a place, those who show themselves have one, and nobody else is decoded', () => {
  const people = Array.from({ length: 30 }, (_, index) =>
    index < 10 ? person(`${index}`, 'microphone') : person(`${index}`, 'camera', 'microphone'),
  );
  const { entries } = composeContent(facts({ people }));
  expect(entries.slice(0, 20).every(({ picture }) => picture !== undefined)).toBe(true);
  expect(entries.every(({ sound }) => sound !== undefined)).toBe(true);
  const ofSpeaker = composeContent(facts({ people, layout: 'speaker', speaker: '29' as ParticipantId }));
  expect(ofSpeaker.entries.filter(({ picture }) => picture !== undefined).length).toBeLessThanOrEqual(7);
});

test('[C60] of a camera no more is taken than its place shows', () => {
  const layers = (count: number, layout: CompositeFacts['layout'] = 'grid') => {
    const people = Array.from({ length: count }, (_, index) => person(`${index}`, 'camera'));
    return composeContent(facts({ people, layout })).entries.map(({ picture }) => picture?.maxLayer);
  };
  expect(layers(1)).toEqual([2]);
  expect(layers(4)).toEqual([1, 1, 1, 1]);
  expect(new Set(layers(16))).toEqual(new Set([0]));
  expect(layers(3, 'speaker')).toEqual([2, 0, 0]);
});

test('[C60] the picture is in H.264 where all who see it decode that', () => {
  const of = (...video: string[]) => ({ send: { audio: [], video: [] }, receive: { audio: [], video } });
  expect(codecFor([undefined, of('video/vp8', 'video/H264')])).toBe('h264');
  expect(codecFor([undefined, of('video/vp8')])).toBe('vp8');
});
