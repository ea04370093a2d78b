import { expect, test } from 'vitest';
import { routerCodecs } from '../sdp/media-profile.ts';
import { codecNamed } from './mix.ts';

test('[C60] whatever codec a room takes pictures in the mixer decodes', () => {
  const pictures = routerCodecs.filter(({ kind }) => kind === 'video').map(({ mimeType }) => mimeType);
  expect(pictures.map(codecNamed)).toEqual(['vp8', 'h264']);
});
