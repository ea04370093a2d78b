export { defaultLimits, type NodeLimits } from './limits.ts';
export {
  type Attachment,
  type AttachOptions,
  MessagingNode,
  type MessagingNodeDump,
  type MessagingNodeOptions,
} from './messaging-node.ts';
export type { Endpoint, OutgoingMessage } from './session.ts';
