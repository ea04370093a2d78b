/** The links that clients offered and that have a resource now, by the unguessable last word of its address. */
import { formatFragment, parseFragment, readIceCredentials } from '@plenum/media';
import { ConferenceError, type RoomId, randomWord } from '@plenum/protocol';
import { checkMark, markOf, type TokenMark } from '../bearer.ts';
import type { LinkRequest, OfferedLink, OpenOfferedLink } from './offered-link.ts';
import { type IceState, judgePatch } from './patch.ts';

export interface NewResource {
  readonly id: string;
  readonly etag: string;
  readonly link: OfferedLink;
}

/** Which resource, and by whom. */
export interface ResourceRef {
  readonly roomId: RoomId;
  readonly id: string;
  readonly accessToken: string | undefined;
}

export interface Patch {
  readonly ifMatch: string | undefined;
  /** As it was sent. */
  readonly fragment: string;
}

interface Entry {
  readonly roomId: RoomId;
  readonly link: OfferedLink;
  readonly mark: TokenMark;
  ice: IceState;
}

export class LinkTable {
  readonly #open: OpenOfferedLink;
  readonly #entries = new Map<string, Entry>();

  constructor(open: OpenOfferedLink) {
    this.#open = open;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws ConferenceError as `OpenOfferedLink`. */
  async create(request: Omit<LinkRequest, 'onEnded'>): Promise<NewResource> {
    // 130 bits: who knows it made it, or was told.
    const id = randomWord(26);
    let hasEnded = false;
    const link = await this.#open({
      ...request,
      onEnded: () => {
        hasEnded = true;
        this.#entries.delete(id);
      },
    });
    if (hasEnded) throw new ConferenceError('closed');
    const etag = createTag();
    const usernameFragment = readIceCredentials(request.offer)?.usernameFragment;
    const { roomId, accessToken } = request;
    this.#entries.set(id, { roomId, link, mark: markOf(accessToken), ice: { etag, usernameFragment } });
    return { id, etag, link };
  }

  /**
   * Undefined where candidates came, which need no answer; else what the client is told of an ICE restart.
   * @throws ConferenceError as `delete`, `bad-request`, `precondition-required`, `precondition-failed`.
   */
  async patch(
    ref: ResourceRef,
    { ifMatch, fragment }: Patch,
  ): Promise<{ readonly etag: string; readonly fragment: string } | undefined> {
    const entry = this.#entry(ref);
    const { credentials } = parseFragment(fragment);
    if (judgePatch(entry.ice, ifMatch, credentials) === 'candidates') return undefined;
    const etag = createTag();
    entry.ice = { etag, usernameFragment: credentials?.usernameFragment };
    return { etag, fragment: formatFragment(await entry.link.restartIce()) };
  }

  /** @throws ConferenceError `resource-not-found`, `token-required`, `token-invalid`. */
  async delete(ref: ResourceRef): Promise<void> {
    const { link } = this.#entry(ref);
    this.#entries.delete(ref.id);
    await link.close();
  }

  #entry({ roomId, id, accessToken }: ResourceRef): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.roomId !== roomId) throw new ConferenceError('resource-not-found');
    checkMark(entry.mark, accessToken);
    return entry;
  }
}

function createTag(): string {
  return `"${randomWord(10)}"`;
}
