import { expect, test } from 'vitest';
import { issueCredentials } from './credentials.ts';

test('the name says until when and for whom, the password is its HMAC-SHA1', () => {
  // As `printf 1767225600:ann | openssl dgst -sha1 -hmac north -binary | base64` says.
  expect(issueCredentials('north', 'ann', Date.UTC(2026, 0, 1) + 999)).toEqual({
    username: '1767225600:ann',
    credential: '6rd26NbCuKrNSTQaB4VBISCZxpo=',
  });
});
