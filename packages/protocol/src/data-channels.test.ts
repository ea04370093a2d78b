import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddressed, formatForwarded, parseAddressed, parseForwarded } from './data-channels.ts';
import { createParticipantId, type ParticipantId } from './ids.ts';

const ids = fc.uniqueArray(fc.stringMatching(/^[0-9a-v]{1,32}$/), { maxLength: 255 });
const bytes = fc.uint8Array({ maxLength: 64 });

test('what is put into an envelope comes out of it', () => {
  fc.assert(
    fc.property(ids, bytes, (to, payload) => {
      const message = { to: to as ParticipantId[], payload };
      expect(parseAddressed(formatAddressed(message))).toEqual(message);
    }),
  );
});

test('who is named twice gets a message once', () => {
  const id = createParticipantId();
  const message = formatAddressed({ to: [id, id], payload: Uint8Array.of(1) });
  expect(parseAddressed(message).to).toEqual([id]);
});

test('a message that is handed on says from whom it is', () => {
  const message = { from: createParticipantId(), payload: Uint8Array.of(7, 8) };
  expect(parseForwarded(formatForwarded(message))).toEqual(message);
});

test('any other bytes are refused, and nothing else is thrown', () => {
  expect(() => parseAddressed(new Uint8Array())).toThrow(expect.objectContaining({ code: 'bad-message' }));
  expect(() => parseForwarded(Uint8Array.of(9, 97))).toThrow(
    expect.objectContaining({ code: 'bad-message' }),
  );
  fc.assert(
    fc.property(bytes, (noise) => {
      for (const parse of [parseAddressed, parseForwarded]) {
        try {
          parse(noise);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'bad-message' });
        }
      }
    }),
  );
});
