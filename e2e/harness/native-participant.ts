/**
 * A participant without a browser: real signalling over a WebSocket, real SDP, and a peer of the load client for the
 * media. Knows nothing of the test runner, so that load programs use it too; whoever makes one has to leave with it.
 */
import type { ConferenceError } from '@plenum/protocol';
import { SignallingParticipant } from '@plenum/testkit';
import type { LoadClient } from '../../bench/load-client/load-client.ts';
import type { NativePeer, PeerSettings, PeerStats } from '../../bench/load-client/native-peer.ts';
import type { PublishTrack } from '../../bench/load-client/sdp/sender-plan.ts';

export interface NativeParticipantOptions {
  /** Where the server's page is, such as `http://localhost:8080`. */
  readonly serverUrl: string;
  /** Of the server's addresses; what comes after `hyperty://`. */
  readonly domain?: string;
  readonly room: string;
  readonly name: string;
  /** Of the program that sends and receives the media. */
  readonly loadClient: LoadClient;
  /** Looks like a small camera unless given; `false` publishes none. Its m-line is found here. */
  readonly camera?: Omit<PublishTrack, 'kind' | 'mid'> | false;
  readonly microphone?: Omit<PublishTrack, 'kind' | 'mid'> | false;
  readonly peer?: PeerSettings;
  readonly requestTimeoutMs?: number;
}

/** Five small frames a second in each layer: enough to be counted, little to send. */
const smallCamera: Omit<PublishTrack, 'kind' | 'mid'> = {
  simulcast: true,
  shape: { framesPerSecond: 5, packetsPerFrame: 1, payloadMin: 200, payloadMax: 300 },
};

export class NativeParticipant {
  readonly name: string;
  readonly peer: NativePeer;
  readonly signalling: SignallingParticipant;

  private constructor(name: string, peer: NativePeer, signalling: SignallingParticipant) {
    this.name = name;
    this.peer = peer;
    this.signalling = signalling;
  }

  /** Resolves when media may flow. Nothing is left of an attempt that fails. */
  static async join(options: NativeParticipantOptions): Promise<NativeParticipant> {
    const { serverUrl, domain = 'localhost', room, name, loadClient } = options;
    const { camera = smallCamera, microphone = {}, requestTimeoutMs } = options;
    const peer = loadClient.createPeer();
    let signalling: SignallingParticipant | undefined;
    try {
      signalling = await SignallingParticipant.join({
        serverUrl,
        domain,
        roomId: room,
        name,
        publications: { microphone: { muted: microphone === false }, camera: { muted: camera === false } },
        requestTimeoutMs,
        answer: (offer, publishOn) => {
          const publish = [
            ...trackOn(publishOn['microphone'], 'audio', microphone),
            ...trackOn(publishOn['camera'], 'video', camera),
          ];
          return peer.answerOffer(offer, { publish, ...options.peer });
        },
      });
      await peer.waitFor('connected', 30_000);
      return new NativeParticipant(name, peer, signalling);
    } catch (thrown) {
      signalling?.close();
      await peer.close();
      throw thrown;
    }
  }

  /** Everybody in the room by name, oneself included. */
  get names(): readonly string[] {
    return this.signalling.names;
  }

  /** Why the server ended the stay; undefined while it lasts. */
  onEnded(listener: (reason: ConferenceError | undefined) => void): void {
    this.signalling.server.on('deleted', listener);
  }

  stats(): Promise<PeerStats> {
    return this.peer.stats();
  }

  /** Says goodbye, as the button *Leave* does. */
  async leave(): Promise<void> {
    await this.signalling.leave();
    await this.peer.close();
  }

  /** Is gone without a word, as a closed tab. */
  async vanish(): Promise<void> {
    this.signalling.close();
    await this.peer.close();
  }
}

function trackOn(
  mid: string | undefined,
  kind: PublishTrack['kind'],
  track: Omit<PublishTrack, 'kind' | 'mid'> | false,
): readonly PublishTrack[] {
  return mid === undefined || track === false ? [] : [{ ...track, kind, mid }];
}
