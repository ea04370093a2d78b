/**
 * What a plain page does that offers, as RFC 9725 has it: `RTCPeerConnection` and `fetch`, and nothing of ours. Loaded into the page
 * as it is.
 */
const fragmentType = 'application/trickle-ice-sdpfrag';
let offered;

async function sendCandidates({ connection, location, headers, etag }, gathered) {
  const lines = ['a=mid:0', ...(await gathered), 'a=end-of-candidates', ''];
  const response = await fetch(location, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': fragmentType, 'if-match': etag },
    body: lines.join('\r\n'),
  });
  return { status: response.status, state: connection.iceGatheringState };
}

/** Resolves to the candidates, once there are no more. */
function gather(connection) {
  const candidates = [];
  return new Promise((resolve) => {
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null) resolve(candidates);
      else candidates.push(`a=${candidate.candidate}`);
    });
  });
}

/** Posts the offer, applies the answer and sends what candidates there are. */
async function negotiate(connection, path, token) {
  const gathered = gather(connection);
  await connection.setLocalDescription();
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/sdp' },
    body: connection.localDescription.sdp,
  });
  const body = await response.text();
  if (response.status !== 201) return { status: response.status, body };
  const location = response.headers.get('location');
  offered = { connection, headers, location, etag: response.headers.get('etag') };
  await connection.setRemoteDescription({ type: 'answer', sdp: body });
  const trickled = await sendCandidates(offered, gathered);
  return { status: response.status, trickled: trickled.status };
}

/** An element that plays what comes, as pages do: the one stream that it is told of. */
function play(connection) {
  const video = document.body.appendChild(document.createElement('video'));
  video.autoplay = true;
  connection.addEventListener('track', ({ streams: [stream] }) => {
    video.srcObject = stream;
  });
  return new Promise((resolve) => video.requestVideoFrameCallback(() => resolve(video)));
}

globalThis.offering = {
  /** Sends camera and microphone to an endpoint, in that codec and no other, candidates behind the offer. */
  async publish(path, token, codec = 'video/VP8') {
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const video = { width: 640, height: 360 };
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video });
    for (const track of media.getTracks()) connection.addTransceiver(track, { direction: 'sendonly' });
    const { codecs } = RTCRtpSender.getCapabilities('video');
    const isWanted = ({ mimeType }) => mimeType === codec || mimeType === 'video/rtx';
    const camera = connection.getTransceivers().find(({ sender }) => sender.track.kind === 'video');
    camera.setCodecPreferences(codecs.filter(isWanted));
    return negotiate(connection, path, token);
  },

  /** Looks on at an endpoint; `firstFrame` is how many milliseconds later there is a picture. */
  async watch(path, token) {
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    for (const kind of ['audio', 'video']) connection.addTransceiver(kind, { direction: 'recvonly' });
    const playing = play(connection);
    const startedAt = performance.now();
    const answered = await negotiate(connection, path, token);
    if (answered.status !== 201) return answered;
    const { videoWidth } = await playing;
    return { ...answered, width: videoWidth, firstFrame: Math.round(performance.now() - startedAt) };
  },

  /** What came so far. */
  async received() {
    const stats = [...(await offered.connection.getStats()).values()].filter(
      ({ type }) => type === 'inbound-rtp',
    );
    const of = (kind) => stats.filter((one) => one.kind === kind);
    return {
      frames: Math.max(0, ...of('video').map(({ framesDecoded }) => framesDecoded)),
      energy: Math.max(0, ...of('audio').map(({ totalAudioEnergy }) => totalAudioEnergy)),
    };
  },

  /** RFC 9725 section 4.3.3: the rest of what was negotiated stays. Resolves to the status. */
  async restartIce() {
    const { connection, headers, location } = offered;
    const answer = connection.remoteDescription.sdp;
    connection.restartIce();
    await connection.setLocalDescription();
    const own = connection.localDescription.sdp.match(/^a=ice-(?:ufrag|pwd):\S+/gm).slice(0, 2);
    const response = await fetch(location, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': fragmentType, 'if-match': '*' },
      body: ['a=mid:0', ...own, ''].join('\r\n'),
    });
    if (response.status !== 200) return response.status;
    const fragment = await response.text();
    const line = (name) => fragment.match(new RegExp(`^a=${name}:\\S+`, 'm'))[0];
    const sdp = answer
      .replaceAll(/^a=ice-ufrag:\S+/gm, line('ice-ufrag'))
      .replaceAll(/^a=ice-pwd:\S+/gm, line('ice-pwd'));
    offered.etag = response.headers.get('etag');
    await connection.setRemoteDescription({ type: 'answer', sdp });
    return response.status;
  },

  /** Resolves to the status. */
  async end() {
    const { location, headers } = offered;
    return (await fetch(location, { method: 'DELETE', headers })).status;
  },
};
