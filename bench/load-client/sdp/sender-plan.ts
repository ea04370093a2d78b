// Which RTP streams a native peer sends on one m-line, and what they look like.

import type { MediaDescription } from 'sdp-transform';
import { type ExtensionIds, extensionIds, payloadTypesOf } from './session.ts';

/** A track to publish. Without `mid` it takes the first free m-line of its kind. */
export interface PublishTrack {
  readonly kind: 'audio' | 'video';
  readonly mid?: string;
  /** All rids the other side offers to receive, some of them by name, or none; default none. */
  readonly simulcast?: boolean | readonly string[];
  /** Identifies this track to receivers that decrypt; an unsigned 32-bit number. */
  readonly tag?: number;
  /** Audio level in -dBov: 0 is loudest, 127 silence. */
  readonly audioLevel?: number;
  readonly temporalLayers?: 1 | 2 | 3;
  /** Replaces the default size of every encoding. */
  readonly shape?: Partial<EncodingShape>;
}

export interface EncodingShape {
  readonly framesPerSecond: number;
  readonly packetsPerFrame: number;
  readonly payloadMin: number;
  readonly payloadMax: number;
  readonly width: number;
  readonly height: number;
}

export interface SenderPlan {
  /** Unique within the peer: the mid, or mid and rid. */
  readonly name: string;
  readonly mid: string;
  readonly rid?: string;
  readonly kind: 'audio' | 'video';
  readonly payloadType: number;
  readonly rtxPayloadType?: number;
  readonly ssrc: number;
  readonly rtxSsrc?: number;
  readonly extensions: ExtensionIds;
  readonly shape: EncodingShape;
  readonly audioLevel: number;
  readonly temporalLayers: number;
  readonly tag: number;
}

const audioShape: EncodingShape = {
  framesPerSecond: 50,
  packetsPerFrame: 1,
  payloadMin: 80,
  payloadMax: 80,
  width: 0,
  height: 0,
};

/** 1.4 Mbps: 25 frames of six packets a second. */
const videoShape: EncodingShape = {
  framesPerSecond: 25,
  packetsPerFrame: 6,
  payloadMin: 1100,
  payloadMax: 1160,
  width: 1280,
  height: 720,
};

// Halved in each dimension per step; about 1.4 Mbps, 420 kbps, 140 kbps.
const reducedShapes: readonly EncodingShape[] = [
  videoShape,
  { ...videoShape, packetsPerFrame: 3, payloadMin: 660, payloadMax: 740, width: 640, height: 360 },
  { ...videoShape, packetsPerFrame: 1, payloadMin: 660, payloadMax: 740, width: 320, height: 180 },
];

export const codecOf = { audio: 'opus', video: 'vp8' } as const;

export interface SenderPlanInput {
  readonly media: MediaDescription;
  readonly mid: string;
  readonly track: PublishTrack;
  /** Rids to send, lowest quality first; empty for a single encoding. */
  readonly rids: readonly string[];
  readonly transportCc: boolean;
  readonly previous: readonly SenderPlan[];
  readonly newSsrc: () => number;
}

/** One plan per encoding; a stream that was there before keeps its SSRCs. */
export function planSenders(input: SenderPlanInput): SenderPlan[] {
  const { media, mid, track, rids } = input;
  const codec = payloadTypesOf(media, codecOf[track.kind]);
  if (!codec) throw new Error(`m-line ${mid} offers no ${codecOf[track.kind]}`);
  const extensions = usedExtensions(extensionIds(media), rids.length > 0, track.kind, input.transportCc);
  const encodings = rids.length > 0 ? rids : [undefined];
  return encodings.map((rid, index) => {
    const name = rid === undefined ? mid : `${mid}/${rid}`;
    const before = input.previous.find((plan) => plan.name === name);
    return {
      name,
      mid,
      ...(rid === undefined ? {} : { rid }),
      kind: track.kind,
      ...codec,
      ssrc: before?.ssrc ?? input.newSsrc(),
      ...(codec.rtxPayloadType === undefined ? {} : { rtxSsrc: before?.rtxSsrc ?? input.newSsrc() }),
      extensions,
      shape: shapeOf(track, encodings.length - 1 - index),
      audioLevel: track.audioLevel ?? 30,
      temporalLayers: track.temporalLayers ?? 1,
      tag: track.tag ?? 0,
    };
  });
}

function usedExtensions(
  ids: ExtensionIds,
  hasRids: boolean,
  kind: string,
  transportCc: boolean,
): ExtensionIds {
  const used: ExtensionIds = { ...ids };
  if (!hasRids) {
    delete used.rid;
    delete used.repairedRid;
  }
  if (kind !== 'audio') delete used.audioLevel;
  if (!transportCc) delete used.transportCc;
  return used;
}

function shapeOf(track: PublishTrack, reduction: number): EncodingShape {
  const base = track.kind === 'audio' ? audioShape : (reducedShapes[Math.min(reduction, 2)] ?? videoShape);
  return { ...base, ...track.shape };
}

/** The `ssrc` attributes of a sender without rids; those with rids are known by their header extensions. */
export function ssrcAttributes(plans: readonly SenderPlan[], cname: string): Partial<MediaDescription> {
  const [plan] = plans;
  if (!plan || plan.rid !== undefined) return {};
  const ids = [plan.ssrc, ...(plan.rtxSsrc === undefined ? [] : [plan.rtxSsrc])];
  return {
    ssrcs: ids.map((id) => ({ id, attribute: 'cname', value: cname })),
    ...(ids.length > 1 ? { ssrcGroups: [{ semantics: 'FID', ssrcs: ids.join(' ') }] } : {}),
  };
}
