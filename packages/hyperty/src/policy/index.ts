export { defaultPolicy } from './default-policy.ts';
export { createDescriber, messageAttributes, timeAttribute } from './message-facts.ts';
export { parsePolicy } from './parse-policy.ts';
export type {
  AddressPart,
  AttributeProvider,
  CombiningAlgorithm,
  Condition,
  Evaluation,
  Policy,
  PolicyRequest,
  RequestType,
  Rule,
  ServiceName,
  Target,
} from './policy.ts';
export { createPolicyEngine, type PolicyEngine } from './policy-engine.ts';
