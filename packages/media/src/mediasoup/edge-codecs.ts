/** With which codecs a router is made whose numbers are those of a viewer's offer. */
import { ConferenceError } from '@plenum/protocol';
import { generateRouterRtpCapabilities } from 'mediasoup/ortc';
import type { RouterRtpCodecCapability } from 'mediasoup/types';
import { routerCodecs } from '../sdp/media-profile.ts';
import type { ViewedCodec } from '../sdp/viewer-offer.ts';

/**
 * The room's codecs under other numbers. The engine takes numbers for retransmissions by itself and stumbles where one that comes later
 * wants the same, which depends on the order.
 * @throws ConferenceError `unsupported-media` where no order is possible: no browser's numbers are of that kind.
 */
export function edgeCodecs(viewed: readonly ViewedCodec[]): RouterRtpCodecCapability[] {
  const codecs = routerCodecs.flatMap((codec) => {
    const found = viewed.find(({ mimeType }) => mimeType.toLowerCase() === codec.mimeType.toLowerCase());
    return found === undefined ? [] : [{ ...codec, preferredPayloadType: found.payloadType }];
  });
  const [sounds, pictures] = [codecs.filter(isSound), codecs.filter((codec) => !isSound(codec))];
  const orders = [
    [...sounds, ...pictures],
    [...sounds, ...pictures.toReversed()],
  ];
  const possible = orders.find(isPossible);
  if (possible === undefined) throw new ConferenceError('unsupported-media');
  return possible;
}

function isSound({ kind }: RouterRtpCodecCapability): boolean {
  return kind === 'audio';
}

function isPossible(codecs: RouterRtpCodecCapability[]): boolean {
  try {
    generateRouterRtpCapabilities(structuredClone(codecs));
    return true;
  } catch {
    // It says so by throwing.
    return false;
  }
}
