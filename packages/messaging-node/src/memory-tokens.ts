/** Session tokens that hold as long as the node lives; access tokens there are none. The default, and the tests' own. */
import { ConferenceError, randomWord } from '@plenum/protocol';
import type { SessionClaims, SessionTokens } from './session-tokens.ts';

/** Tokens remembered; the oldest go first. A session asks for one at its beginning and after every return. */
const maxTokens = 20_000;

export function createMemoryTokens(): SessionTokens {
  const claims = new Map<string, SessionClaims>();
  const forgetOldest = () => {
    for (const token of claims.keys()) {
      if (claims.size <= maxTokens) return;
      claims.delete(token);
    }
  };
  return {
    mintSession: async (session) => {
      const token = randomWord(40);
      claims.set(token, session);
      forgetOldest();
      return token;
    },
    verifySession: async (token) => {
      const session = claims.get(token);
      if (session === undefined) throw new ConferenceError('token-invalid');
      return { ...session, isExpired: false };
    },
    verifyAccess: async () => {
      throw new ConferenceError('token-invalid', 'This node takes no access tokens.');
    },
  };
}
