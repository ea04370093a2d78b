/**
 * Looks into a page from inside: which peer connections it made, and what they carry. `installProbe` and `readReport`
 * are sent to the page as text, so each must stand alone.
 */

export interface CallReport {
  /** RTCPeerConnections that the page constructed since it was loaded. */
  readonly connections: number;
  /** Of them those that are connected now. */
  readonly connected: number;
  /** Offers that it was given, over all of them. */
  readonly remoteOffers: number;
  readonly tiles: readonly TileReport[];
  /** What the others share, by the name of its figure. */
  readonly screens: readonly TileReport[];
  /** One for each sound that ever arrived on connections that are not closed. */
  readonly sounds: readonly SoundReport[];
  /** What is sent of the camera, by simulcast layer. */
  readonly layers: readonly LayerReport[];
  readonly dtlsState: string | undefined;
  readonly srtpCipher: string | undefined;
  /** The way that media takes from here: the kind of candidate, and what carries it as far as the server or the relay. */
  readonly way: string | undefined;
  /** Of each connection that has found its way. */
  readonly ways: readonly WayReport[];
}

/** The pair of candidates that media takes, by their kinds (RFC 8445): `host`, `srflx`, `prflx` or `relay`. */
export interface WayReport {
  readonly local: string;
  readonly remote: string;
  /** What carries it from here, as far as the other end or the relay: `udp`, `tcp` or `tls`. */
  readonly carrier: string;
}

export interface TileReport {
  readonly name: string;
  readonly hasTrack: boolean;
  /** Of the inbound stream that this tile's `<video>` plays; undefined for one's own. */
  readonly framesDecoded: number | undefined;
  /** Lines of the last picture that came. */
  readonly height: number | undefined;
}

export interface SoundReport {
  /** Behind its connection's number. */
  readonly mid: string;
  readonly packets: number;
  readonly energy: number;
  /** Samples that were made up because none had come in time, and all that were played. */
  readonly concealed: number;
  readonly samples: number;
}

export interface LayerReport {
  readonly rid: string;
  readonly bytes: number;
  readonly framesSent: number;
  /** Whether it is to be sent at all. */
  readonly active: boolean;
  /** Key frames that viewers asked for. */
  readonly askedAnew: number;
}

/** The few things of a browser that the probe touches: this code is compiled without the DOM's types. */
interface ProbedPeerConnection {
  readonly connectionState: string;
  getStats(): Promise<ReadonlyMap<string, Stat>>;
  restartIce(): void;
  setRemoteDescription(description: { readonly type: string }): Promise<void>;
}
type Stat = Readonly<Record<string, string | number | boolean | undefined>> & { readonly type: string };
interface ProbedTile {
  getAttribute(name: string): string | null;
  querySelector(selector: string): {
    readonly srcObject: { getTracks(): readonly { readonly id: string }[] } | null;
  } | null;
}
interface ProbedWindow {
  RTCPeerConnection: new (...args: readonly unknown[]) => ProbedPeerConnection;
  readonly document: { querySelectorAll(selector: string): Iterable<ProbedTile> };
  readPlenumReport?: () => Promise<CallReport>;
  restartPlenumIce?: () => void;
}

export function installProbe(): void {
  const page = globalThis as unknown as ProbedWindow;
  const made: ProbedPeerConnection[] = [];
  let remoteOffers = 0;

  page.RTCPeerConnection = class extends page.RTCPeerConnection {
    constructor(...args: readonly unknown[]) {
      super(...args);
      made.push(this);
    }
    override setRemoteDescription(description: { readonly type: string }): Promise<void> {
      if (description.type === 'offer') remoteOffers += 1;
      return super.setRemoteDescription(description);
    }
  };

  page.restartPlenumIce = () => {
    for (const connection of made) connection.restartIce();
  };

  const readTiles = (inbound: readonly Stat[], selector: string) =>
    [...page.document.querySelectorAll(selector)].map((tile) => {
      const track = tile.querySelector('video')?.srcObject?.getTracks()[0];
      const played = inbound.find((stat) => track !== undefined && stat['trackIdentifier'] === track.id);
      const framesDecoded = played === undefined ? undefined : Number(played['framesDecoded'] ?? 0);
      const height = played?.['frameHeight'] === undefined ? undefined : Number(played['frameHeight']);
      const name = tile.getAttribute('aria-label') ?? '';
      return { name, hasTrack: track !== undefined, framesDecoded, height };
    });

  const readWay = (stats: readonly Stat[]) => {
    const withId = (id: unknown) => stats.find((stat) => stat['id'] === id);
    const transport = stats.find(({ type }) => type === 'transport');
    const pair = withId(transport?.['selectedCandidatePairId']);
    const [local, remote] = [withId(pair?.['localCandidateId']), withId(pair?.['remoteCandidateId'])];
    if (local === undefined || remote === undefined) return [];
    return [
      {
        local: String(local['candidateType']),
        remote: String(remote['candidateType']),
        carrier: String(local['relayProtocol'] ?? local['protocol']),
      },
    ];
  };

  page.readPlenumReport = async () => {
    const open = [...made.entries()].filter(([, { connectionState }]) => connectionState !== 'closed');
    const reports = await Promise.all(
      open.map(async ([index, connection]) =>
        [...(await connection.getStats()).values()].map((stat) => ({ ...stat, connection: index })),
      ),
    );
    const stats: readonly Stat[] = reports.flat();
    const ofType = (type: string, kind?: string) =>
      stats.filter((stat) => stat.type === type && (kind === undefined || stat['kind'] === kind));
    const transport = ofType('transport')[0];
    const ways = reports.flatMap(readWay);
    const way = ways[0] && `${ways[0].local} ${ways[0].carrier}`;
    return {
      way,
      ways,
      connections: made.length,
      connected: open.filter(([, { connectionState }]) => connectionState === 'connected').length,
      remoteOffers,
      tiles: readTiles(ofType('inbound-rtp', 'video'), '[role=group]'),
      screens: readTiles(ofType('inbound-rtp', 'video'), 'figure'),
      sounds: ofType('inbound-rtp', 'audio').map((stat) => ({
        mid: `${stat['connection']}/${stat['mid']}`,
        packets: Number(stat['packetsReceived'] ?? 0),
        energy: Number(stat['totalAudioEnergy'] ?? 0),
        // Silence between the words of who sends none in it is made up on purpose.
        concealed: Number(stat['concealedSamples'] ?? 0) - Number(stat['silentConcealedSamples'] ?? 0),
        samples: Number(stat['totalSamplesReceived'] ?? 0),
      })),
      layers: ofType('outbound-rtp', 'video').map((stat) => ({
        rid: String(stat['rid']),
        bytes: Number(stat['bytesSent'] ?? 0),
        framesSent: Number(stat['framesSent'] ?? 0),
        active: Boolean(stat['active']),
        askedAnew: Number(stat['pliCount'] ?? 0),
      })),
      dtlsState: transport?.['dtlsState']?.toString(),
      srtpCipher: transport?.['srtpCipher']?.toString(),
    };
  };
}

export function readReport(): Promise<CallReport> {
  const { readPlenumReport } = globalThis as unknown as ProbedWindow;
  if (readPlenumReport === undefined) throw new Error('the probe is not in this page');
  return readPlenumReport();
}

/** Has each connection look for another way, as one does whose network has changed. */
export function restartIce(): void {
  (globalThis as unknown as ProbedWindow).restartPlenumIce?.();
}
