export type { Attachment, AttachOptions } from './attachment.ts';
export { defaultLimits, type NodeLimits } from './limits.ts';
export { createMemoryTokens } from './memory-tokens.ts';
export {
  MessagingNode,
  type MessagingNodeDump,
  type MessagingNodeOptions,
} from './messaging-node.ts';
export type { Endpoint, OutgoingMessage } from './session.ts';
export type { AccessClaims, SessionClaims, SessionTokens } from './session-tokens.ts';
