/** Words about media that signalling and media server share. */
import * as v from 'valibot';

export const kinds = ['audio', 'video'] as const;
export type Kind = (typeof kinds)[number];

/** Where a track comes from. */
export const sources = ['microphone', 'camera', 'screen', 'screen-audio'] as const;
export type Source = (typeof sources)[number];
export const sourceSchema = v.picklist(sources);

export function kindOf(source: Source): Kind {
  return source === 'microphone' || source === 'screen-audio' ? 'audio' : 'video';
}

/**
 * The sizes that a camera is sent in (simulcast), from the smallest: of 720 lines or more a quarter, half and all of the width. A small
 * capture has fewer of them, so that its largest may be 1 or 0.
 */
export const layers = [0, 1, 2] as const;
export type Layer = (typeof layers)[number];

const mimeTypes = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.maxLength(64),
      v.transform((t) => t.toLowerCase()),
    ),
  ),
  v.maxLength(64),
);

/** What a browser can send and receive, as MIME types of codecs (`video/vp8`), lower case. */
export const capabilitiesSchema = v.object({
  send: v.object({ audio: mimeTypes, video: mimeTypes }),
  receive: v.object({ audio: mimeTypes, video: mimeTypes }),
});
export type Capabilities = v.InferOutput<typeof capabilitiesSchema>;

/** The states of a connection, as `RTCPeerConnection.iceConnectionState` names them. */
export const connectionStatuses = [
  'new',
  'checking',
  'connected',
  'completed',
  'failed',
  'disconnected',
  'closed',
] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];
