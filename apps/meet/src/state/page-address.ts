/** What the page's address says: which room, and the wishes in the query. */
import { isRoomName, type Topology } from '@plenum/client';

export interface PageAddress {
  readonly place: Place;
  /** `?name=`: fills in *Your name*. */
  readonly name: string | undefined;
  /** `?topology=`: applies when the visit creates the room. */
  readonly topology: Topology | undefined;
  /** `?quality=low`: a small picture at few frames a second, and few packets of sound. */
  readonly isLowQuality: boolean;
  /** `#token=`: who one is and what one may. In the fragment, which browsers send to no server. */
  readonly accessToken: string | undefined;
  readonly rootUrl: string;
}

export type Place =
  | { readonly name: 'landing' }
  | { readonly name: 'room'; readonly room: string; readonly url: string }
  /** The page for the audience of a broadcast. */
  | {
      readonly name: 'live';
      readonly room: string;
      readonly url: string;
      /** `?key=`: where the broadcast is for those only who have it. */
      readonly key: string | undefined;
    }
  | { readonly name: 'invalid-room'; readonly room: string };

const topologies: readonly string[] = ['mesh', 'sfu', 'mcu', 'auto'];

export function parsePageAddress(href: string, baseHref: string): PageAddress {
  const url = new URL(href);
  const root = new URL('.', baseHref);
  return {
    place: parsePlace(url, root),
    name: url.searchParams.get('name')?.trim().slice(0, 80) || undefined,
    topology: parseTopology(url.searchParams.get('topology')),
    isLowQuality: url.searchParams.get('quality') === 'low',
    accessToken: new URLSearchParams(url.hash.slice(1)).get('token')?.trim() || undefined,
    rootUrl: root.href,
  };
}

function parsePlace(url: URL, root: URL): Place {
  const path = url.pathname.slice(root.pathname.length).replace(/\/$/, '');
  const [, before, live] = /^([^/]+)(\/live)?$/.exec(path) ?? [];
  const room = decodePath(before ?? path);
  if (room === '') return { name: 'landing' };
  if (!isRoomName(room)) return { name: 'invalid-room', room };
  const facts = { room: room.toLowerCase().normalize('NFC'), url: roomUrl(root.href, room) };
  if (live === undefined) return { name: 'room', ...facts };
  return { name: 'live', ...facts, key: url.searchParams.get('key') ?? undefined };
}

/** A path that is no valid percent-encoding stays as it is: it then names no room, which the page explains. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

function parseTopology(text: string | null): Topology | undefined {
  return topologies.includes(text ?? '') ? (text as Topology) : undefined;
}

/** The link to hand out: without the query, which holds one's own name, and without one's own token. */
export function roomUrl(rootUrl: string, room: string): string {
  return new URL(encodeURIComponent(room.toLowerCase().normalize('NFC')), rootUrl).href;
}

/** The link for the audience of a broadcast. */
export function liveUrl(ofRoom: string, key: string | undefined): string {
  return key === undefined ? `${ofRoom}/live` : `${ofRoom}/live?key=${encodeURIComponent(key)}`;
}

/** Makes a room name of what somebody typed: spaces and punctuation between words become hyphens. */
export function toRoomName(text: string): string {
  return text
    .trim()
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^[-_]+|-+$/g, '');
}
