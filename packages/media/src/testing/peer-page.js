/**
 * The browser's side of the tests: peers that answer an offer, send the browser's fake devices and say what arrives.
 * Loaded into the page as it is, so it is plain JavaScript.
 */
const peers = new Map();
let camera;
let tone;

/** One capture for all peers; a page that only listens never asks for it. */
function capturePicture() {
  camera ??= navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720, frameRate: 30 } });
  return camera;
}

/** A sound without pauses: the browser's own device beeps so shortly that nobody would be taken to speak. */
function captureSound() {
  if (tone === undefined) {
    const context = new AudioContext();
    const oscillator = context.createOscillator();
    tone = context.createMediaStreamDestination();
    oscillator.connect(tone);
    oscillator.start();
  }
  return tone.stream;
}

async function trackFor(source) {
  const isSound = source === 'microphone' || source === 'screen-audio';
  const [track] = isSound ? captureSound().getAudioTracks() : (await capturePicture()).getVideoTracks();
  return track.clone();
}

async function publish(peer, { source, mid, hasTrack }) {
  const transceiver = peer.connection.getTransceivers().find((each) => each.mid === mid);
  transceiver.direction = 'sendonly';
  if (hasTrack) await transceiver.sender.replaceTrack(await trackFor(source));
  const parameters = transceiver.sender.getParameters();
  if (parameters.encodings.length !== 3) return;
  const bitrates = [150_000, 500_000, 2_500_000];
  parameters.encodings.forEach((encoding, layer) => {
    encoding.scaleResolutionDownBy = 2 ** (2 - layer);
    encoding.maxBitrate = bitrates[layer];
  });
  await transceiver.sender.setParameters(parameters);
}

/** Of the whole connection: a receiver's own statistics lose sight of a slot whose SSRC changed. */
async function statsOf(peer, mid, type) {
  const stats = await peer.connection.getStats();
  return [...stats.values()].filter((entry) => entry.type === type && entry.mid === mid);
}

async function until(condition) {
  for (;;) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function createPeer(id) {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const peer = { connection, offers: 0, startedAt: performance.now(), channels: new Map() };
  peers.set(id, peer);
  connection.addEventListener('signalingstatechange', () => {
    if (connection.signalingState === 'have-remote-offer') peer.offers += 1;
  });
  connection.addEventListener('connectionstatechange', () => {
    if (connection.connectionState === 'connected') peer.connectedMs ??= performance.now() - peer.startedAt;
  });
  return peer;
}

/** The two channels of every link, by the numbers that both ends know. */
function openChannels(peer) {
  const options = { files: { id: 0 }, signals: { id: 1, ordered: false, maxRetransmits: 0 } };
  for (const [name, option] of Object.entries(options)) {
    const channel = peer.connection.createDataChannel(name, { ...option, negotiated: true });
    channel.binaryType = 'arraybuffer';
    const received = [];
    channel.addEventListener('message', ({ data }) => received.push([...new Uint8Array(data)]));
    peer.channels.set(name, { channel, received });
  }
}

globalThis.plenum = {
  capture: async () => {
    captureSound();
    await capturePicture();
  },

  /** Answers an offer, the first or a further one; each of `publications` is `{ source, mid, hasTrack }`. */
  async answer(id, offer, publications) {
    const peer = peers.get(id) ?? createPeer(id);
    const { connection } = peer;
    await connection.setRemoteDescription({ type: 'offer', sdp: offer });
    if (peer.channels.size === 0 && offer.includes('m=application')) openChannels(peer);
    for (const publication of publications) await publish(peer, publication);
    await connection.setLocalDescription();
    return connection.localDescription.sdp;
  },

  /** Offers to send these sources; once more, to restart ICE. */
  async offer(id, sources) {
    const isNew = !peers.has(id);
    const { connection } = peers.get(id) ?? createPeer(id);
    for (const source of isNew ? sources : []) {
      connection.addTransceiver(await trackFor(source), { direction: 'sendonly' });
    }
    if (!isNew) connection.restartIce();
    await connection.setLocalDescription();
    return connection.localDescription.sdp;
  },

  /** Offers to receive one sound and one picture, as a viewer from outside does; once more, to restart ICE. */
  async view(id) {
    const isNew = !peers.has(id);
    const { connection } = peers.get(id) ?? createPeer(id);
    for (const kind of isNew ? ['audio', 'video'] : [])
      connection.addTransceiver(kind, { direction: 'recvonly' });
    if (!isNew) connection.restartIce();
    await connection.setLocalDescription();
    return connection.localDescription.sdp;
  },

  accept: (id, sdp) => peers.get(id).connection.setRemoteDescription({ type: 'answer', sdp }),

  /** Milliseconds from the offer's arrival until `connected`. */
  async connected(id) {
    const peer = peers.get(id);
    return until(() => peer.connectedMs);
  },

  /** Resolves when something new is decoded on a slot: width and height of its picture, or the count of samples. */
  async receives(id, mid) {
    const peer = peers.get(id);
    const count = async () => {
      const entries = await statsOf(peer, mid, 'inbound-rtp');
      return entries.map((entry) => [entry.ssrc, entry.framesDecoded ?? entry.bytesReceived]);
    };
    const before = new Map(await count());
    const ssrc = await until(async () => {
      const grown = (await count()).find(([ssrc, value]) => value > (before.get(ssrc) ?? 0));
      return grown?.[0];
    });
    const entry = (await statsOf(peer, mid, 'inbound-rtp')).find((each) => each.ssrc === ssrc);
    return {
      ssrc,
      width: entry.frameWidth,
      height: entry.frameHeight,
      sinceOfferMs: performance.now() - peer.startedAt,
    };
  },

  /** Resolves when nothing has been received on a slot for `quietMs`. */
  async silent(id, mid, quietMs) {
    const peer = peers.get(id);
    const count = async () =>
      (await statsOf(peer, mid, 'inbound-rtp')).reduce((sum, entry) => sum + entry.packetsReceived, 0);
    let last = await count();
    let since = performance.now();
    await until(async () => {
      const now = await count();
      if (now !== last) since = performance.now();
      last = now;
      return performance.now() - since > quietMs;
    });
  },

  /** Whole statistics of one m-line, `inbound-rtp` or `outbound-rtp`. */
  lineStats: async (id, mid, type) => JSON.parse(JSON.stringify(await statsOf(peers.get(id), mid, type))),

  async transportStats(id) {
    const entries = [...(await peers.get(id).connection.getStats()).values()];
    return JSON.parse(JSON.stringify(entries.find((entry) => entry.type === 'transport') ?? {}));
  },

  /** How often the peer was given an offer. */
  offersTaken: (id) => peers.get(id).offers,

  async send(id, name, message) {
    const { channel } = peers.get(id).channels.get(name);
    await until(() => channel.readyState === 'open');
    channel.send(Uint8Array.from(message));
  },

  received: (id, name) => peers.get(id).channels.get(name)?.received ?? [],

  close(id) {
    peers.get(id)?.connection.close();
    peers.delete(id);
  },
};
