/** One participant of a room: who it is, what it may do, what others see of it. Its link may be replaced by another. */
import type { MediaConnection, SlotCounts } from '@plenum/media';
import {
  type AccessGrant,
  type ConferenceError,
  type HypertyUrl,
  type ParticipantData,
  type ParticipantId,
  type Publications,
  type Role,
  type Source,
  splitAddress,
} from '@plenum/protocol';
import type { Caller } from './caller.ts';
import type { LinkState, ParticipantLink } from './participant-link.ts';
import { type Actor, type Permissions, permissionsOf, publishable } from './permissions.ts';
import { followClaims, type ModeratorMutes, mute, visiblePublications } from './publishing.ts';
import type { SlotView, SourceRef } from './slots.ts';

export interface ParticipantIdentity {
  readonly id: ParticipantId;
  readonly name: string;
  /** ISO 8601. */
  readonly joined: string;
  /** Counts those who joined the room before. */
  readonly order: number;
}

export class Participant implements Actor {
  readonly identity: ParticipantIdentity;
  #caller: Caller;
  #role: Role;
  #hand: string | undefined;
  /** What a moderator lets it publish; undefined where none said anything. */
  #allowed: readonly Source[] | undefined;
  #mayPublish: readonly Source[];
  #mutes: ModeratorMutes = new Map();
  #link: ParticipantLink | undefined;
  #hasLeft = false;
  #hasComeBack = false;

  constructor(identity: ParticipantIdentity, caller: Caller, role: Role) {
    this.identity = identity;
    this.#caller = caller;
    this.#role = role;
    this.#mayPublish = publishable(role, this.#grant, undefined);
  }

  get id(): ParticipantId {
    return this.identity.id;
  }

  /** As whom its session came: the one that it is in the room by now. */
  get caller(): Caller {
    return this.#caller;
  }

  get userUrl(): string {
    return this.#caller.userUrl;
  }

  get #grant(): AccessGrant {
    return this.#caller.grant;
  }

  get role(): Role {
    return this.#role;
  }

  get permissions(): Permissions {
    return permissionsOf(this.#role, this.#grant);
  }

  get hand(): string | undefined {
    return this.#hand;
  }

  /** The link that it has now; undefined only while it is being let in, or after it left. */
  get link(): ParticipantLink | undefined {
    return this.#link;
  }

  get hypertyUrl(): HypertyUrl | undefined {
    return this.#link?.hypertyUrl;
  }

  get state(): LinkState {
    return this.#link?.state ?? 'joining';
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Its connection to the media server. */
  get media(): MediaConnection | undefined {
    return this.#link?.media;
  }

  /** Goes on with another link; the one before is ended by the caller. */
  useLink(link: ParticipantLink): void {
    this.#hasComeBack = this.#link !== undefined;
    this.#link = link;
    this.#mutes = followClaims(this.#mutes, link.claimed);
  }

  /** Goes on by a session whose token may say something else than the one before. */
  useCaller(caller: Caller, role: Role): void {
    this.#caller = caller;
    if (role !== this.#role) this.setRole(role);
    else this.allowSources(this.#allowed);
  }

  /** What a moderator allowed was for the role before. */
  setRole(role: Role): void {
    this.#role = role;
    this.allowSources(undefined);
  }

  allowSources(allowed: readonly Source[] | undefined): void {
    this.#allowed = allowed;
    this.#mayPublish = publishable(this.#role, this.#grant, this.#allowed);
    this.applyPublishing();
  }

  /** Stops a source at the media server, at once. */
  mute(source: Source, by: ParticipantId): void {
    this.#mutes = mute(this.#mutes, this.#link?.claimed ?? {}, source, by);
    this.applyPublishing();
  }

  /** @param since ISO 8601; undefined to take it down. */
  setHand(since: string | undefined): void {
    this.#hand = since === undefined ? undefined : (this.#hand ?? since);
  }

  /** The client says something else of what it publishes. */
  handleClaims(): void {
    this.#mutes = followClaims(this.#mutes, this.#link?.claimed ?? {});
    this.applyPublishing();
  }

  applyPublishing(): void {
    this.#link?.applyPublishing(this.publications);
  }

  /** What the others see that it publishes. */
  get publications(): Publications {
    if (this.#link === undefined) return {};
    const { claimed, offers } = this.#link;
    const mayPublish = (source: Source) => offers.has(source) && this.#mayPublish.includes(source);
    return visiblePublications(claimed, mayPublish, this.#mutes);
  }

  /** The sources of it that can be put into slots. */
  get available(): readonly Source[] {
    const { publications } = this;
    return [...(this.#link?.negotiated ?? [])].filter((source) => publications[source] !== undefined);
  }

  /** Heights by participant; undefined where the client did not say what it shows. */
  get wanted(): Readonly<Record<string, number>> | undefined {
    return this.#link?.wanted;
  }

  get slots(): readonly (SlotView & { readonly kind: 'audio' | 'video' })[] {
    return this.#link?.slots ?? [];
  }

  reportSlots(changes: ReadonlyMap<string, SourceRef | undefined>): void {
    this.#link?.reportSlots(changes);
  }

  grow(slots: SlotCounts): void {
    this.#link?.grow(slots);
  }

  /** What the Communication object says of it. */
  describe(): ParticipantData {
    const { name, joined } = this.identity;
    const hypertyURL = this.hypertyUrl ?? '';
    return {
      userURL: this.userUrl,
      hypertyURL,
      domain: splitAddress(hypertyURL)?.domain ?? '',
      name,
      status: this.#status(),
      joined,
      role: this.#role,
      ...(this.#hand === undefined ? {} : { hand: this.#hand }),
      mayPublish: [...this.#mayPublish],
      publications: this.publications,
    };
  }

  /** Of a first connection that is being made nobody is told: that would be a second change for every join. */
  #status(): ParticipantData['status'] {
    const isLost = this.#link?.isLost === true || (this.#hasComeBack && this.state !== 'negotiated');
    return isLost ? 'reconnecting' : 'live';
  }

  /** Ends the stay. May be called more than once. */
  close(reason: ConferenceError | undefined): void {
    this.#hasLeft = true;
    this.#link?.close(reason);
  }
}
