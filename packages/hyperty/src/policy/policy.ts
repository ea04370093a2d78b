/**
 * A policy: rules that say which messages may pass. It is data, so that it can stand in a file; `parsePolicy` reads one, and
 * `createPolicyEngine` decides by it. SPEC.md rules PE1 to PE8.
 */
import { type ErrorCode, messageTypes, type Scheme } from '@plenum/protocol';

/** Every type of message; `unread` is a text that has arrived and was not looked at. */
export const requestTypes = [...messageTypes, 'unread'] as const;
export type RequestType = (typeof requestTypes)[number];

/** What the domain offers at its well-known addresses. */
export const services = ['session', 'address-allocation', 'subscriptions', 'registry', 'conference'] as const;
export type ServiceName = (typeof services)[number];

/** What of an object or hyperty an address means: the thing itself (or a child object), or one of its sub-addresses. */
export const addressParts = ['itself', 'changes', 'subscription', 'registration'] as const;
export type AddressPart = (typeof addressParts)[number];

/** What rules are chosen by. All but the type say where a message goes. */
export interface PolicyRequest {
  readonly type: RequestType;
  readonly scheme?: Scheme | undefined;
  readonly service?: ServiceName | undefined;
  readonly part?: AddressPart | undefined;
  /** Of an `execute`. */
  readonly method?: string | undefined;
}

/** Which messages a rule is about. What is absent leaves it open; of each list one must fit. */
export interface Target {
  readonly types?: readonly RequestType[] | undefined;
  readonly schemes?: readonly Scheme[] | undefined;
  readonly services?: readonly ServiceName[] | undefined;
  readonly parts?: readonly AddressPart[] | undefined;
  readonly methods?: readonly string[] | undefined;
}

/** What an attribute can be compared with. */
export type Scalar = string | number | boolean;
type Bound = string | number;

/**
 * An expression over named attributes. Numbers compare with numbers and texts with texts; an attribute without a value, or of
 * another kind, satisfies no comparison. `between` includes both ends. `and` and `or` go from left to right and stop early.
 */
export type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly attribute: string; readonly equals: Scalar }
  | { readonly attribute: string; readonly in: readonly Scalar[] }
  | { readonly attribute: string; readonly greaterThan: Bound }
  | { readonly attribute: string; readonly lessThan: Bound }
  | { readonly attribute: string; readonly between: readonly [Bound, Bound] }
  | { readonly attribute: string; readonly startsWith: string };

export interface Rule {
  /** Unique in its policy; shown in logs and in *Details*. */
  readonly id: string;
  /** Every message, unless given. */
  readonly target?: Target | undefined;
  /** Always, unless given. */
  readonly condition?: Condition | undefined;
  readonly decision: 'permit' | 'deny';
  /** The highest goes first, among equals the one that stands first; 0 unless given. */
  readonly priority?: number | undefined;
  /** A sentence for whoever is refused. */
  readonly reason?: string | undefined;
  /** What the refused one is answered with; `blocked-by-policy` unless given. */
  readonly code?: ErrorCode | undefined;
}

/** Whose word counts where the rules that apply disagree. */
export const combiningAlgorithms = ['deny-overrides', 'allow-overrides', 'first-applicable'] as const;
export type CombiningAlgorithm = (typeof combiningAlgorithms)[number];

export interface Policy {
  /** Its name. */
  readonly key: string;
  readonly rules: readonly Rule[];
  /** `deny-overrides` unless given. */
  readonly combiningAlgorithm?: CombiningAlgorithm | undefined;
}

/** Gives the value of an attribute, or undefined. Asked only for what a rule needs, and once for each evaluation. */
export type AttributeProvider = (name: string) => unknown;

/** What was decided. `isAuthorised`: a rule allowed it. */
export type Evaluation =
  | { readonly decision: 'permit'; readonly isAuthorised: true; readonly rule: string }
  | {
      readonly decision: 'deny';
      readonly isAuthorised: false;
      /** Absent where nothing applied. */
      readonly rule?: string | undefined;
      readonly reason: string;
      readonly code: ErrorCode;
    };
