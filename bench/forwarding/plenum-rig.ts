// Plenum's media worker: one WebRtcServer, a producer per track, consumers as the media server makes them.
import { createWorker } from 'mediasoup';
import type {
  Producer,
  Router,
  RtpCapabilities,
  RtpCodecCapability,
  RtpHeaderExtension,
  RtpParameters,
  WebRtcServer,
  WebRtcTransport,
  Worker,
} from 'mediasoup/types';
import { resolveMediaWorker } from '../../native/media-worker/resolve.ts';
import type { NativePeer } from '../load-client/native-peer.ts';
import { planSenders, type SenderPlan } from '../load-client/sdp/sender-plan.ts';
import { type ExtensionIds, extensionUri } from '../load-client/sdp/session.ts';
import { pinToCore, raisePriority } from './process-usage.ts';
import {
  cores,
  inBatches,
  publishedTracks,
  type Rig,
  type RigOptions,
  untilConnected,
  whileSilent,
} from './rig.ts';

const batch = 16;
const address = '127.0.0.1';

const mediaCodecs: Parameters<Worker['createRouter']>[0] = {
  mediaCodecs: [
    { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
    { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  ],
};

export async function startPlenumRig(options: RigOptions): Promise<Rig> {
  const { path } = await resolveMediaWorker();
  if (path === undefined) throw new Error('no media worker has been built');
  const worker = await createWorker({ workerBin: path, logLevel: 'error' });
  await pinToCore(worker.pid, cores.server);
  raisePriority(worker.pid);
  const rig = new PlenumRig(worker, options);
  await rig.start();
  return rig;
}

class PlenumRig implements Rig {
  readonly name = 'plenum';
  readonly #worker: Worker;
  readonly #options: RigOptions;
  readonly #peers: NativePeer[] = [];
  #publisher: NativePeer | undefined;
  readonly #producers: Producer[] = [];
  #server: WebRtcServer | undefined;
  #router: Router | undefined;

  constructor(worker: Worker, options: RigOptions) {
    this.#worker = worker;
    this.#options = options;
  }

  get pid(): number {
    return this.#worker.pid;
  }

  async start(): Promise<void> {
    this.#server = await this.#worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip: address }] });
    this.#router = await this.#worker.createRouter(mediaCodecs);
    await this.#publish();
  }

  async addReceivers(count: number): Promise<void> {
    await whileSilent(this.#publisher, async () => inBatches(count, batch, async () => this.#subscribe()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.close()));
    this.#worker.close();
  }

  async #publish(): Promise<void> {
    const capabilities = this.#capabilities();
    const peer = this.#addPeer();
    const transport = await this.#connect(peer);
    for (const plan of senderPlans(capabilities, this.#options.transportCc)) {
      this.#producers.push(
        await transport.produce({ kind: plan.kind, rtpParameters: producerParameters(plan, capabilities) }),
      );
      await peer.addSender(plan);
    }
    await untilConnected(peer);
    this.#publisher = peer;
  }

  async #subscribe(): Promise<void> {
    const rtpCapabilities = this.#capabilities();
    const ids = idsFrom(rtpCapabilities);
    const peer = this.#addPeer();
    const transport = await this.#connect(peer);
    await peer.setReceiving({
      ...(ids.transportCc === undefined ? {} : { transportCcExtension: ids.transportCc }),
      repairPayloadTypes: repairTypes(rtpCapabilities),
    });
    await untilConnected(peer);
    for (const { id } of this.#producers) await transport.consume({ producerId: id, rtpCapabilities });
  }

  #addPeer(): NativePeer {
    const peer = this.#options.client.createPeer();
    this.#peers.push(peer);
    return peer;
  }

  async #connect(peer: NativePeer): Promise<WebRtcTransport> {
    if (!this.#router || !this.#server) throw new Error('the rig has not been started');
    const transport = await this.#router.createWebRtcTransport({ webRtcServer: this.#server });
    const local = await peer.open(address);
    await transport.connect({
      dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: local.fingerprint }] },
    });
    const candidate = transport.iceCandidates[0];
    const fingerprint = transport.dtlsParameters.fingerprints.find(
      ({ algorithm }) => algorithm === 'sha-256',
    );
    if (!candidate || !fingerprint) throw new Error('the transport has no candidate or no fingerprint');
    await peer.connect({
      address: candidate.ip ?? candidate.address,
      port: candidate.port,
      ufrag: transport.iceParameters.usernameFragment,
      password: transport.iceParameters.password,
      hash: fingerprint.algorithm,
      fingerprint: fingerprint.value,
      controlling: true,
      dtlsRole: 'client',
    });
    return transport;
  }

  #capabilities(): RtpCapabilities {
    if (!this.#router) throw new Error('the rig has not been started');
    const all = this.#router.rtpCapabilities;
    return this.#options.transportCc ? all : withoutCongestionControl(all);
  }
}

/** Neither of the two signals that would make the worker estimate bandwidth. */
function withoutCongestionControl(capabilities: RtpCapabilities): RtpCapabilities {
  const removed = /transport-wide-cc|abs-send-time/;
  return {
    codecs: (capabilities.codecs ?? []).map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? []).filter(
        ({ type }) => type !== 'transport-cc' && type !== 'goog-remb',
      ),
    })),
    headerExtensions: (capabilities.headerExtensions ?? []).filter(({ uri }) => !removed.test(uri)),
  };
}

function codecOfKind(capabilities: RtpCapabilities, kind: string): RtpCodecCapability {
  const codec = capabilities.codecs?.find((entry) => entry.kind === kind && !isRepair(entry));
  if (!codec) throw new Error(`the router has no ${kind} codec`);
  return codec;
}

function isRepair(codec: RtpCodecCapability): boolean {
  return codec.mimeType.toLowerCase().endsWith('/rtx');
}

function repairTypes(capabilities: RtpCapabilities): number[] {
  return (capabilities.codecs ?? []).filter(isRepair).map((codec) => codec.preferredPayloadType ?? 0);
}

function idsFrom(capabilities: RtpCapabilities): ExtensionIds {
  const find = (uri: string): number | undefined =>
    capabilities.headerExtensions?.find((extension: RtpHeaderExtension) => extension.uri === uri)
      ?.preferredId;
  const mid = find(extensionUri.mid);
  const transportCc = find(extensionUri.transportCc);
  return { ...(mid === undefined ? {} : { mid }), ...(transportCc === undefined ? {} : { transportCc }) };
}

/** The publisher's streams, described by m-lines as an offer of the router's capabilities would hold them. */
function senderPlans(capabilities: RtpCapabilities, transportCc: boolean): SenderPlan[] {
  const ids = idsFrom(capabilities);
  const ext = Object.entries(ids).map(([name, value]) => ({
    value,
    uri: extensionUri[name as keyof ExtensionIds],
  }));
  return publishedTracks.flatMap((track, index) => {
    const codec = codecOfKind(capabilities, track.kind);
    const name = codec.mimeType.split('/')[1] ?? '';
    const rtp = [{ payload: codec.preferredPayloadType ?? 0, codec: name, rate: codec.clockRate }];
    const media = { type: track.kind, port: 9, protocol: 'UDP/TLS/RTP/SAVPF', rtp, fmtp: [], ext };
    return planSenders({
      media,
      mid: String(index),
      track,
      rids: [],
      transportCc,
      previous: [],
      newSsrc: () => 20_000 + index,
    });
  });
}

function producerParameters(plan: SenderPlan, capabilities: RtpCapabilities): RtpParameters {
  const codec = codecOfKind(capabilities, plan.kind);
  return {
    mid: plan.mid,
    codecs: [
      {
        mimeType: codec.mimeType,
        payloadType: plan.payloadType,
        clockRate: codec.clockRate,
        ...(codec.channels === undefined ? {} : { channels: codec.channels }),
        rtcpFeedback: codec.rtcpFeedback ?? [],
      },
    ],
    headerExtensions: Object.entries(plan.extensions).map(([name, id]) => ({
      uri: extensionUri[name as keyof ExtensionIds],
      id,
    })),
    encodings: [{ ssrc: plan.ssrc }],
    rtcp: { cname: 'bench' },
  } as RtpParameters;
}
