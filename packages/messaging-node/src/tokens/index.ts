export type { AccessClaims, SessionClaims, SessionTokens } from '../session-tokens.ts';
export type { AccessTokenRequest } from './token-claims.ts';
export {
  createTokenService,
  type TokenKind,
  type TokenService,
  type TokenServiceOptions,
  tokenKeyLength,
  type VerifiedToken,
} from './token-service.ts';
