// One peer of the load client, which can answer a real offer, make one, or be wired by hand.
import type { LoadClient } from './load-client.ts';
import { type AnswerOptions, planAnswer, type SessionPlan } from './sdp/answer.ts';
import { type OfferOptions, type OfferPlan, planFromAnswer, planOffer } from './sdp/offer.ts';
import type { SenderPlan } from './sdp/sender-plan.ts';
import { firstUdpCandidate, type LocalTransport, type RemoteTransport } from './sdp/session.ts';

export type PeerState = 'new' | 'checking' | 'securing' | 'connected' | 'failed' | 'closed';

export interface ReceiveSettings {
  readonly midExtension?: number;
  readonly transportCcExtension?: number;
  readonly repairPayloadTypes?: readonly number[];
  /** Decrypts media, so that frames, key frames and the publisher's tag are known. Costs CPU. */
  readonly decrypt?: boolean;
  /** Takes arrival times from the kernel: for delays (with `decrypt`) and for precise transport-cc feedback. */
  readonly timestamps?: boolean;
}

export interface PeerSettings extends Pick<ReceiveSettings, 'decrypt' | 'timestamps'> {
  /** The address to bind to; default loopback when the server is there, else any. */
  readonly localAddress?: string;
}

export interface ReceivedStats {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly isRepair: boolean;
  readonly mid: string;
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly frames: number;
  readonly keyFrames: number;
  readonly unreadable: number;
  /** Tag of the track whose packet came last; 0 when not decrypting. */
  readonly tag: number;
  readonly width: number;
  readonly idleMs: number;
}

export interface SentStats {
  readonly name: string;
  readonly mid: string;
  readonly rid: string;
  readonly ssrc: number;
  readonly packets: number;
  readonly frames: number;
  readonly keyFrames: number;
  readonly keyFrameRequests: number;
  readonly nacked: number;
  readonly retransmitted: number;
  readonly paused: boolean;
}

export interface PeerStats {
  readonly state: PeerState;
  readonly profile: string;
  readonly consentAgeMs: number;
  readonly feedbackSent: number;
  readonly feedbackReceived: number;
  readonly nacksReceived: number;
  readonly rembBps: number;
  readonly probePackets: number;
  readonly received: readonly ReceivedStats[];
  readonly sent: readonly SentStats[];
}

interface Credentials {
  readonly ufrag: string;
  readonly password: string;
  readonly port: number;
}

const stateOrder: readonly PeerState[] = ['new', 'checking', 'securing', 'connected'];

export class NativePeer {
  readonly id: number;
  readonly #client: LoadClient;
  readonly #onClosed: (peer: NativePeer) => void;
  readonly #listeners = new Set<(state: PeerState) => void>();
  #state: PeerState = 'new';
  #reason = '';
  #profile = '';
  #credentials: Credentials | undefined;
  #candidateAddress: string | undefined;
  #remote: RemoteTransport | undefined;
  #senders: readonly SenderPlan[] = [];
  #offer: OfferPlan | undefined;
  #version = 1;

  constructor(client: LoadClient, id: number, onClosed: (peer: NativePeer) => void) {
    this.#client = client;
    this.id = id;
    this.#onClosed = onClosed;
  }

  get state(): PeerState {
    return this.#state;
  }

  /** The SRTP profile, once connected. */
  get profile(): string {
    return this.#profile;
  }

  get senders(): readonly SenderPlan[] {
    return this.#senders;
  }

  /**
   * Answers an offer, the first or a later one, and starts connecting at once. Repeat `publish` in later answers:
   * what it leaves out stops. A changed ICE ufrag in the offer is an ICE restart.
   */
  async answerOffer(offerSdp: string, options: AnswerOptions & PeerSettings = {}): Promise<string> {
    const candidate = firstUdpCandidate(offerSdp);
    const isRestart = this.#remote !== undefined && this.#remote.ufrag !== candidate.ufrag;
    const local = await this.#localTransport(
      options.localAddress ?? defaultAddress(candidate.address),
      isRestart,
    );
    const plan = planAnswer(offerSdp, options, {
      local,
      previous: this.#senders,
      newSsrc: randomSsrc,
      version: this.#version++,
    });
    await this.#apply(plan, options);
    return plan.sdp;
  }

  async createOffer(options: OfferOptions & PeerSettings): Promise<string> {
    const local = await this.#localTransport(options.localAddress ?? '127.0.0.1', false);
    this.#offer = planOffer(options, { local, newSsrc: randomSsrc });
    return this.#offer.sdp;
  }

  async acceptAnswer(answerSdp: string, options: OfferOptions & PeerSettings): Promise<void> {
    if (!this.#offer) throw new Error('there is no offer to be answered');
    await this.#apply(planFromAnswer(answerSdp, this.#offer, options), options);
  }

  /** Opens the socket; only needed when the peer is wired by hand, without SDP. */
  async open(address = '127.0.0.1'): Promise<LocalTransport> {
    return this.#localTransport(address, false);
  }

  async connect(remote: RemoteTransport): Promise<void> {
    this.#remote = remote;
    await this.#client.request('connect', {
      peer: this.id,
      address: remote.address,
      port: remote.port,
      ufrag: remote.ufrag,
      password: remote.password,
      fingerprint: remote.fingerprint,
      hash: remote.hash.replace('-', '').toUpperCase(),
      controlling: remote.controlling,
      dtls: remote.dtlsRole,
    });
  }

  async setReceiving(settings: ReceiveSettings): Promise<void> {
    await this.#client.request('receive', {
      peer: this.id,
      midExt: settings.midExtension,
      twccExt: settings.transportCcExtension,
      feedback: settings.transportCcExtension !== undefined,
      repair: settings.repairPayloadTypes?.join(','),
      decrypt: settings.decrypt ?? false,
      timestamps: settings.timestamps ?? false,
    });
  }

  async addSender(plan: SenderPlan): Promise<void> {
    const { extensions, shape } = plan;
    await this.#client.request('send', {
      peer: this.id,
      name: plan.name,
      mid: plan.mid,
      rid: plan.rid,
      kind: plan.kind,
      pt: plan.payloadType,
      rtxPt: plan.rtxPayloadType,
      ssrc: plan.ssrc,
      rtxSsrc: plan.rtxSsrc,
      midExt: extensions.mid,
      ridExt: extensions.rid,
      repairedRidExt: extensions.repairedRid,
      twccExt: extensions.transportCc,
      levelExt: extensions.audioLevel,
      fps: shape.framesPerSecond,
      packets: shape.packetsPerFrame,
      min: shape.payloadMin,
      max: shape.payloadMax,
      width: shape.width,
      height: shape.height,
      level: plan.audioLevel,
      temporal: plan.temporalLayers,
      tag: plan.tag,
    });
    this.#senders = [...this.#senders.filter((other) => other.name !== plan.name), plan];
  }

  async removeSender(name: string): Promise<void> {
    await this.#client.request('unsend', { peer: this.id, name });
    this.#senders = this.#senders.filter((plan) => plan.name !== name);
  }

  /** Silences or resumes a stream (name: mid, or `mid/rid`) without telling anybody, as a muted track does. */
  async setPaused(name: string, paused: boolean): Promise<void> {
    await this.#client.request('change', { peer: this.id, name, paused });
  }

  async setAudioLevel(name: string, level: number): Promise<void> {
    await this.#client.request('change', { peer: this.id, name, level });
  }

  /** Asks the sender of a received SSRC for a key frame (PLI). */
  async requestKeyFrame(ssrc: number): Promise<void> {
    await this.#client.request('keyframe', { peer: this.id, ssrc });
  }

  async stats(): Promise<PeerStats> {
    return this.#client.request<PeerStats>('detail', { peer: this.id });
  }

  /** Resolves in this state or a later one; rejects when the peer fails, closes or the time is over. */
  async waitFor(state: PeerState, timeoutMs = 10_000): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.#state === state || stateOrder.indexOf(this.#state) > stateOrder.indexOf(state))
        reached.resolve();
      else if (this.#state === 'failed' || this.#state === 'closed') reached.reject(this.#failure(state));
    };
    const timer = setTimeout(() => reached.reject(this.#failure(state)), timeoutMs);
    this.#listeners.add(check);
    try {
      check();
      await reached.promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(check);
    }
  }

  onStateChange(listener: (state: PeerState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called by the load client only. */
  handleState(state: PeerState, { profile, reason }: { profile: string; reason: string }): void {
    this.#state = state;
    this.#profile = profile;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener(state);
  }

  async close(): Promise<void> {
    if (this.#credentials && !this.#client.isClosed) await this.#client.request('close', { peer: this.id });
    this.handleState('closed', { profile: this.#profile, reason: 'closed here' });
    this.#onClosed(this);
  }

  #failure(wanted: PeerState): Error {
    return new Error(
      `peer ${this.id} is ${this.#state}, not ${wanted}${this.#reason ? `: ${this.#reason}` : ''}`,
    );
  }

  async #localTransport(address: string, isRestart: boolean): Promise<LocalTransport> {
    if (!this.#credentials) {
      this.#credentials = await this.#client.request<Credentials>('create', { peer: this.id, address });
      this.#candidateAddress = /^(0\.0\.0\.0|::)$/.test(address) ? undefined : address;
    } else if (isRestart) {
      this.#credentials = await this.#client.request<Credentials>('restart', { peer: this.id });
    }
    const { ufrag, password, port } = this.#credentials;
    const candidate =
      this.#candidateAddress === undefined ? {} : { candidate: { address: this.#candidateAddress, port } };
    return { ufrag, password, fingerprint: this.#client.fingerprint, ...candidate };
  }

  async #apply(plan: SessionPlan, settings: PeerSettings): Promise<void> {
    const { decrypt = false, timestamps = false } = settings;
    await this.setReceiving({ ...plan.receive, decrypt, timestamps });
    const wanted = new Set(plan.senders.map((sender) => sender.name));
    const present = new Set(this.#senders.map((sender) => sender.name));
    for (const name of present) if (!wanted.has(name)) await this.removeSender(name);
    for (const sender of plan.senders) if (!present.has(sender.name)) await this.addSender(sender);
    if (!this.#remote || !isSameTransport(this.#remote, plan.remote)) await this.connect(plan.remote);
  }
}

function isSameTransport(a: RemoteTransport, b: RemoteTransport): boolean {
  return (
    a.ufrag === b.ufrag && a.address === b.address && a.port === b.port && a.fingerprint === b.fingerprint
  );
}

function defaultAddress(remote: string): string {
  if (remote.startsWith('127.')) return '127.0.0.1';
  if (remote === '::1') return '::1';
  return remote.includes(':') ? '::' : '0.0.0.0';
}

function randomSsrc(): number {
  // Zero means "none" on the wire to the client, and mediasoup's probes are SSRC 1234.
  return 10_000 + Math.floor(Math.random() * 0xfff00000);
}
