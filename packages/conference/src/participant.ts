/** One participant of a room: who it is, what it may do, what others see of it. It may come back, and have another link. */
import type { MediaLink, SlotCounts } from '@plenum/media';
import {
  type AccessGrant,
  type Capabilities,
  type ChosenView,
  type ConnectionData,
  type HypertyUrl,
  type Layer,
  type ParticipantData,
  type ParticipantId,
  type Permission,
  type Publications,
  type Role,
  type Source,
  splitAddress,
  type View,
} from '@plenum/protocol';
import type { Caller } from './caller.ts';
import type { ClientContext } from './client-context.ts';
import type { ParticipantLink } from './participant-link.ts';
import { type Actor, type Permissions, permissionsOf, publishable } from './permissions.ts';
import { followClaims, type ModeratorMutes, mute, visiblePublications } from './publishing.ts';
import { isMediaWanted, type LinkWish } from './room-media.ts';
import type { SlotContent, SlotView } from './slots.ts';

export interface ParticipantIdentity {
  readonly id: ParticipantId;
  readonly name: string;
  /** ISO 8601. */
  readonly joined: string;
  /** Counts those who joined the room before. */
  readonly order: number;
}

/** By what somebody is in a room. */
export interface StayFacts {
  readonly caller: Caller;
  readonly role: Role;
  readonly context: ClientContext;
  readonly capabilities: Capabilities | undefined;
  /** The link that it offers, where it is not for the server to do so: as SDP. */
  readonly offer: string | undefined;
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
  #context: ClientContext;
  #capabilities: Capabilities | undefined;
  #offer: string | undefined;
  #link: ParticipantLink | undefined;
  #isIn = false;
  #hasLeft = false;
  #isComingBack = false;

  constructor(identity: ParticipantIdentity, stay: StayFacts) {
    const { caller, role, context, capabilities, offer } = stay;
    this.identity = identity;
    this.#caller = caller;
    this.#role = role;
    this.#context = context;
    this.#capabilities = capabilities;
    this.#offer = offer;
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

  /** By what it is in the room now. */
  get context(): ClientContext {
    return this.#context;
  }

  get hypertyUrl(): HypertyUrl {
    return this.#context.hypertyUrl;
  }

  /** What its browser said that it can send and receive. */
  get capabilities(): Capabilities | undefined {
    return this.#capabilities;
  }

  /** How it is to be linked with the media server. */
  get linkWish(): LinkWish {
    return { capabilities: this.#capabilities, offer: this.#offer };
  }

  /** Whether it is no person in the room but sends from outside, by a link that it offered: it sees and hears nothing. */
  get isOutside(): boolean {
    return this.#offer !== undefined;
  }

  /** Whether it can send or receive anything. */
  get isWithMedia(): boolean {
    return isMediaWanted(this.#capabilities);
  }

  /** Its link to the media server, where it has one. */
  get link(): ParticipantLink | undefined {
    return this.#link;
  }

  /** Whether it has been let in: before that nobody knows of it. */
  get isIn(): boolean {
    return this.#isIn;
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Its connection to the media server. */
  get media(): MediaLink | undefined {
    return this.#link?.media;
  }

  handleLetIn(): void {
    this.#isIn = true;
  }

  /** Comes back, by another Context and perhaps by another session; what there was before is ended by the caller. */
  comeBack({ context, caller, role, capabilities, offer }: StayFacts): void {
    this.#context = context;
    this.#capabilities = capabilities;
    this.#offer = offer;
    this.#isComingBack = true;
    this.#caller = caller;
    if (role !== this.#role) this.setRole(role);
    else this.allowSources(this.#allowed);
    this.#mutes = followClaims(this.#mutes, this.#claimed);
  }

  /** Goes on with another link, or without; the one before is ended by the caller. */
  useLink(link: ParticipantLink | undefined): void {
    this.#link = link;
  }

  handleNegotiated(): void {
    this.#isComingBack = false;
    this.applyPublishing();
  }

  get #claimed(): Publications {
    return this.#context.data.publications;
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
    this.#mutes = mute(this.#mutes, this.#claimed, source, by);
    this.applyPublishing();
  }

  /** @param since ISO 8601; undefined to take it down. */
  setHand(since: string | undefined): void {
    this.#hand = since === undefined ? undefined : (this.#hand ?? since);
  }

  /** The client says something else of what it publishes. */
  handleClaims(): void {
    this.#mutes = followClaims(this.#mutes, this.#claimed);
    this.applyPublishing();
  }

  applyPublishing(): void {
    this.#link?.applyPublishing(this.publications);
  }

  /** What the others see that it publishes. */
  get publications(): Publications {
    const mayPublish = (source: Source) => this.isWithMedia && this.#mayPublish.includes(source);
    return visiblePublications(this.#claimed, mayPublish, this.#mutes);
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

  /** What it wants to see; undefined where it did not say. */
  get view(): View | undefined {
    return this.#context.data.view;
  }

  /** Whether its device does not decode in time what it is sent. */
  get isBehind(): boolean {
    return this.#context.data.isBehind === true;
  }

  /** Whether it shows the composite, and needs nothing else. */
  get isCompositeShown(): boolean {
    return this.#link?.isCompositeShown === true;
  }

  get slots(): readonly (SlotView & { readonly kind: 'audio' | 'video' })[] {
    return this.#link?.slots ?? [];
  }

  reportSlots(changes: ReadonlyMap<string, SlotContent | undefined>): void {
    this.#link?.reportSlots(changes);
  }

  /** Says which slots' pictures are left out for now. */
  reportPaused(mids: ReadonlySet<string>): void {
    this.#link?.reportPaused(mids);
  }

  /** Says what was decided for its link, while that does not carry all pictures. */
  reportAllotment(allotment: ConnectionData['allotment']): void {
    this.#link?.reportAllotment(allotment);
  }

  /** Says what was chosen for it, where it leaves that to the server. */
  reportChosenView(chosen: ChosenView | undefined): void {
    this.#link?.reportChosenView(chosen);
  }

  /** Says in which sizes its camera is to be sent. */
  reportShownLayer(largest: Layer): void {
    this.#link?.reportShownLayer(largest);
  }

  grow(slots: SlotCounts): void {
    this.#link?.grow(slots);
  }

  /** What the Communication object says of it. @param may What it may do besides publishing. */
  describe(may: readonly Permission[]): ParticipantData {
    const { name, joined } = this.identity;
    const { hypertyUrl: hypertyURL } = this;
    return {
      userURL: this.userUrl,
      hypertyURL,
      domain: splitAddress(hypertyURL)?.domain ?? '',
      name,
      status: this.#status(),
      joined,
      role: this.#role,
      may: [...may],
      ...(this.#hand === undefined ? {} : { hand: this.#hand }),
      mayPublish: [...this.#mayPublish],
      publications: this.publications,
    };
  }

  /** Of a first connection that is being made nobody is told: that would be a second change for every join. */
  #status(): ParticipantData['status'] {
    const isLost = this.#link?.isLost === true || (this.#isComingBack && this.#link !== undefined);
    return isLost ? 'reconnecting' : 'live';
  }

  /** Ends the stay. May be called more than once. */
  close(): void {
    this.#hasLeft = true;
    this.#link?.close();
    this.#context.close();
  }
}
