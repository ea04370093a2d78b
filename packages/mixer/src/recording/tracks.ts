/** What a recording of one participant consists of. */
import { opusHead } from '../audio/opus.ts';
import type { MuxedTrack } from '../av/muxer.ts';
import { PictureDecoder } from '../av/picture-decoder.ts';
import type { Size } from '../layout/layout.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { parameterSetsOf } from '../picture/h264.ts';

export interface PictureTrack {
  readonly codec: PictureCodec;
  readonly keyFrame: Uint8Array;
}

/** What was to be begun with is no picture. Its sender may have others. */
export class UndecodablePicture extends Error {
  override readonly name = 'UndecodablePicture';
}

/**
 * The voice first, where there is one: in two channels, since browsers may send two (RFC 7587 section 7).
 * @throws UndecodablePicture where the key frame is none.
 */
export async function tracksOf(
  hasVoice: boolean,
  picture: PictureTrack | undefined,
): Promise<readonly MuxedTrack[]> {
  const voice = { kind: 'sound', codec: 'opus', channels: 2, head: opusHead(2) } as const;
  return [...(hasVoice ? [voice] : []), ...(picture === undefined ? [] : [await pictureTrackOf(picture)])];
}

async function pictureTrackOf({ codec, keyFrame }: PictureTrack): Promise<MuxedTrack> {
  const head = codec === 'h264' ? parameterSetsOf(keyFrame) : undefined;
  return { kind: 'picture', codec, size: await sizeOf(codec, keyFrame), head };
}

/** By decoding this one frame: files have to say it at their beginning. */
async function sizeOf(codec: PictureCodec, keyFrame: Uint8Array): Promise<Size> {
  const decoder = await PictureDecoder.open(codec);
  try {
    decoder.decode(keyFrame);
    const { picture } = decoder;
    if (picture === undefined) throw new UndecodablePicture('The first picture cannot be decoded.');
    return { width: picture.width, height: picture.height };
  } finally {
    decoder.close();
  }
}
