/**
 * The one RTCPeerConnection to the media server. The server makes every offer; this side answers, puts its tracks on
 * the m-lines named for them, and finds the tracks of the others on the slots.
 */
import { type Capabilities, type IceServer, type Kind, kindOf, type Source } from '@plenum/protocol';
import { cameraLayers, scalabilityModeFor } from './camera-layers.ts';
import { tellStages } from './connections/stage-facts.ts';
import type { StageFact } from './connections/stages.ts';
import { type DataLink, PeerDataLink } from './data/data-link.ts';
import { askForPacketTime, type PacketTime } from './packet-time.ts';
import {
  createLevelReader,
  createReceivedCounter,
  refreshPicturesOnNewWay,
  useIceServers,
} from './peer-connection.ts';
import { PictureSender, type PictureWish } from './picture-sender.ts';
import { inDetail } from './screen-encoding.ts';

/** The narrow part of a peer connection that a room uses, so that rooms can be tried without a browser. */
export interface StarLink {
  /** Applies an offer and returns the answer. `publishOn` names the mid for each source. */
  accept(offer: string, publishOn: ReadonlyMap<Source, string>): Promise<string>;
  /** Resolves when the connection begins to look for its way to the server, or has ended. */
  readonly connecting: Promise<void>;
  /** The track to send for a source; nothing is negotiated. */
  setTrack(source: Source, track: MediaStreamTrack | undefined): void;
  /** Of the camera's sizes the largest to be sent, 0 the smallest; undefined: all of them. */
  setLargestLayer(layer: number | undefined): void;
  setIceServers(servers: readonly IceServer[]): void;
  /** The track that arrives on a slot, whoever it carries. */
  trackOf(mid: string): MediaStreamTrack | undefined;
  /** 0 to 1: how loud a slot is now. */
  levelOf(mid: string): number;
  /** Its data channels, where the server offers them. */
  readonly data: DataLink;
  readonly state: RTCPeerConnectionState;
  /** Bytes and answers that have come through the network so far: grows while the way is open, even in silence. */
  receivedBytes(): Promise<number>;
  getStats(): Promise<RTCStatsReport>;
  /** May be called more than once. */
  close(): void;
}

export interface StarLinkOptions {
  readonly onState: (state: RTCPeerConnectionState) => void;
  readonly onStage: (fact: StageFact) => void;
  readonly audioPacketTime: PacketTime;
}

export type CreateStarLink = (options: StarLinkOptions) => StarLink;

export const createStarLink: CreateStarLink = ({ onState, onStage, audioPacketTime }) => {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  refreshPicturesOnNewWay(connection);
  const tracks = new Map<Source, MediaStreamTrack>();
  const senders = new Map<Source, RTCRtpSender>();
  const levels = createLevelReader();
  const received = createReceivedCounter();
  const data = new PeerDataLink();
  let receivers: ReadonlyMap<string, RTCRtpReceiver> = new Map();
  const pictures = new Map<Source, PictureSender>();
  let largestLayer: number | undefined;
  const connecting = Promise.withResolvers<void>();
  tellStages(connection, onStage);
  connection.addEventListener('connectionstatechange', () => onState(connection.connectionState));
  connection.addEventListener('icecandidate', () => connecting.resolve(), { once: true });

  const send = (source: Source, sender: RTCRtpSender): Promise<void> => {
    if (kindOf(source) === 'audio') return sender.replaceTrack(tracks.get(source) ?? null);
    const picture = pictures.get(source) ?? new PictureSender(sender, () => wishOf(source));
    pictures.set(source, picture);
    return picture.update();
  };

  const wishOf = (source: Source): PictureWish =>
    source === 'screen' ? inDetail(tracks.get(source)) : inLayers(tracks.get(source), largestLayer);

  const updatePictures = () => {
    // Rejects only for a sender that has ended with its connection.
    for (const picture of pictures.values()) picture.update().catch(() => undefined);
  };

  /** Without a track the m-line is negotiated all the same, so that a camera switched on later needs no offer. */
  const publish = (transceiver: RTCRtpTransceiver, source: Source): Promise<void> => {
    transceiver.direction = 'sendonly';
    senders.set(source, transceiver.sender);
    return send(source, transceiver.sender);
  };

  return {
    accept: async (offer, publishOn) => {
      await connection.setRemoteDescription({ type: 'offer', sdp: askForPacketTime(offer, audioPacketTime) });
      data.answer(connection, offer);
      const transceivers = new Map(connection.getTransceivers().map((one) => [one.mid, one]));
      await Promise.all(
        [...publishOn].map(async ([source, mid]) => {
          const transceiver = transceivers.get(mid);
          // What is published already goes on as it is when a later offer only adds slots.
          if (transceiver !== undefined && !senders.has(source)) await publish(transceiver, source);
        }),
      );
      const published = new Set(publishOn.values());
      receivers = new Map(
        [...transceivers].flatMap(([mid, { receiver }]) =>
          mid === null || published.has(mid) ? [] : [[mid, receiver]],
        ),
      );
      await connection.setLocalDescription();
      // What was refused while the two negotiated.
      updatePictures();
      return connection.localDescription?.sdp ?? '';
    },
    connecting: connecting.promise,
    setTrack: (source, track) => {
      if (tracks.get(source) === track) return;
      if (track === undefined) tracks.delete(source);
      else tracks.set(source, track);
      const sender = senders.get(source);
      // Rejects only for a sender that has ended with its connection.
      if (sender !== undefined) send(source, sender).catch(() => undefined);
    },
    setLargestLayer: (layer) => {
      if (largestLayer === layer) return;
      largestLayer = layer;
      updatePictures();
    },
    setIceServers: (servers) => useIceServers(connection, servers),
    trackOf: (mid) => receivers.get(mid)?.track,
    levelOf: (mid) => levels.read(mid, receivers.get(mid)),
    data,
    get state() {
      return connection.connectionState;
    },
    receivedBytes: async () => received.count(await connection.getStats()),
    getStats: () => connection.getStats(),
    close: () => {
      connection.close();
      connecting.resolve();
    },
  };
};

function inLayers(track: MediaStreamTrack | undefined, largest: number | undefined): PictureWish {
  const { height, frameRate } = track?.getSettings() ?? {};
  const scalabilityMode = scalabilityModeFor(frameRate);
  return { track, encodings: cameraLayers(height, largest).map((layer) => ({ ...layer, scalabilityMode })) };
}

/** What this browser can send and receive. */
export function browserCapabilities(): Capabilities {
  const mimeTypes = (side: typeof RTCRtpSender | typeof RTCRtpReceiver, kind: Kind) => [
    ...new Set(side.getCapabilities(kind)?.codecs.map(({ mimeType }) => mimeType.toLowerCase()) ?? []),
  ];
  const of = (side: typeof RTCRtpSender | typeof RTCRtpReceiver) => ({
    audio: mimeTypes(side, kindOf('microphone')),
    video: mimeTypes(side, kindOf('camera')),
  });
  return { send: of(RTCRtpSender), receive: of(RTCRtpReceiver) };
}
