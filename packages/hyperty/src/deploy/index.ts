export type {
  Activate,
  ActivatedHyperty,
  Activation,
  HypertyBus,
  HypertyListener,
  Sandbox,
  SandboxedHyperty,
  VerifiedSource,
} from './contract.ts';
export { type Deployed, type DeployOptions, deploy, type FetchText } from './deploy.ts';
export type { HypertySession, SandboxHost } from './foreign-hyperty.ts';
export { GuardedBus } from './guarded-bus.ts';
export { integrityOf } from './integrity.ts';
export type { ActivatedPart, PartActivation, PartOfProduct } from './part-of-product.ts';
