/**
 * Notes when each step of a join happens, from inside the page and without a change to the app. `installJoinProbe` and
 * `readSteps` are sent to the page as text, so each must stand alone.
 */

/** Steps of a join in their usual order; the first two are over before the click. */
export const stepNames = [
  'camera granted',
  'session open',
  'click',
  'joinRoom sent',
  'joinRoom answered',
  'offer applied',
  'answer made',
  'answer sent',
  'ICE connected',
  'DTLS connected',
  'connected',
  'first packet',
  'first frame received',
  'first frame',
  'all pictures',
] as const;

export type Step = (typeof stepNames)[number];

/** Milliseconds on the page's clock. */
export type Steps = Readonly<Partial<Record<Step, number>>>;

/** The few things of a browser that the probe touches: this code is compiled without the DOM's types. */
interface Target {
  addEventListener(type: string, listener: (event: ProbedEvent) => void, capture?: boolean): void;
}
interface ProbedEvent {
  readonly timeStamp: number;
  readonly data?: unknown;
  readonly track?: Track;
  readonly target: { closest?(selector: string): { readonly textContent: string } | null };
}
type Track = Target & { readonly kind: string };
interface IceTransport extends Target {
  readonly state: string;
}
interface DtlsTransport extends Target {
  readonly state: string;
  readonly iceTransport: IceTransport;
}
interface PeerConnection extends Target {
  readonly connectionState: string;
  setRemoteDescription(description: unknown): Promise<void>;
  setLocalDescription(description?: unknown): Promise<void>;
  getTransceivers(): readonly { readonly receiver: { readonly transport: DtlsTransport | null } }[];
}
interface Socket extends Target {
  send(text: string): void;
}
interface VideoElement {
  srcObject: { getTracks(): readonly Track[] } | null;
  requestVideoFrameCallback(callback: (now: number, frame: { readonly receiveTime?: number }) => void): void;
}
interface ProbedWindow extends Target {
  readonly performance: { now(): number };
  readonly navigator: { readonly mediaDevices?: { getUserMedia(wanted: unknown): Promise<unknown> } };
  readonly HTMLMediaElement: { readonly prototype: VideoElement };
  RTCPeerConnection: new (...args: readonly unknown[]) => PeerConnection;
  WebSocket: new (...args: readonly unknown[]) => Socket;
  joinSteps?: { readonly steps: Steps; readonly pictures: number };
}

export function installJoinProbe(others: number): void {
  const page = globalThis as unknown as ProbedWindow;
  const steps: Partial<Record<Step, number>> = {};
  const remoteTracks = new WeakSet<Track>();
  const shown = new WeakSet<Track>();
  let pictures = 0;
  const mark = (step: Step, at = page.performance.now()) => {
    steps[step] ??= at;
  };
  page.joinSteps = {
    steps,
    get pictures() {
      return pictures;
    },
  };

  // The time of the input itself, not of when the page got round to it.
  page.addEventListener(
    'pointerup',
    ({ timeStamp, target }) => {
      if (target.closest?.('button')?.textContent === 'Join') mark('click', timeStamp);
    },
    true,
  );

  const { mediaDevices } = page.navigator;
  if (mediaDevices !== undefined) {
    const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await getUserMedia(wanted);
      mark('camera granted');
      return stream;
    };
  }

  page.WebSocket = class extends page.WebSocket {
    constructor(...args: readonly unknown[]) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        const text = String(data);
        if (text.includes('"userURL"')) mark('session open');
        if (text.includes('"participantId"') && text.includes('"iceServers"')) mark('joinRoom answered');
      });
    }
    override send(text: string): void {
      super.send(text);
      if (text.includes('"joinRoom"')) mark('joinRoom sent');
      if (text.includes('"answer"')) mark('answer sent');
    }
  };

  const watchTransport = (transport: DtlsTransport) => {
    const judge = () => {
      const { state } = transport.iceTransport;
      if (state === 'connected' || state === 'completed') mark('ICE connected');
      if (transport.state === 'connected') mark('DTLS connected');
    };
    transport.iceTransport.addEventListener('statechange', judge);
    transport.addEventListener('statechange', judge);
    judge();
  };

  page.RTCPeerConnection = class extends page.RTCPeerConnection {
    constructor(...args: readonly unknown[]) {
      super(...args);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') mark('connected');
      });
      this.addEventListener('track', ({ track }) => {
        if (track?.kind !== 'video') return;
        remoteTracks.add(track);
        track.addEventListener('unmute', () => mark('first packet'));
      });
    }
    override async setRemoteDescription(description: unknown): Promise<void> {
      await super.setRemoteDescription(description);
      mark('offer applied');
    }
    override async setLocalDescription(description?: unknown): Promise<void> {
      await super.setLocalDescription(description);
      mark('answer made');
      const transport = this.getTransceivers()[0]?.receiver.transport;
      if (transport) watchTransport(transport);
    }
  };

  const watchPicture = (video: VideoElement, track: Track) => {
    video.requestVideoFrameCallback((_now, { receiveTime }) => {
      if (shown.has(track)) return;
      shown.add(track);
      pictures += 1;
      if (receiveTime !== undefined) mark('first frame received', receiveTime);
      mark('first frame');
      if (pictures === others) mark('all pictures');
    });
  };

  const element = page.HTMLMediaElement.prototype;
  const property = Object.getOwnPropertyDescriptor(element, 'srcObject');
  Object.defineProperty(element, 'srcObject', {
    ...property,
    set(this: VideoElement, stream: VideoElement['srcObject']) {
      property?.set?.call(this, stream);
      const track = stream?.getTracks().find((one) => remoteTracks.has(one));
      if (track !== undefined) watchPicture(this, track);
    },
  });
}

export function readSteps(): Steps {
  return (globalThis as unknown as ProbedWindow).joinSteps?.steps ?? {};
}

/** Says whether the page is as a person finds it who reads before clicking: camera and session are there. */
export function isReadyToJoin(): boolean {
  const { steps = {} } = (globalThis as unknown as ProbedWindow).joinSteps ?? {};
  return steps['camera granted'] !== undefined && steps['session open'] !== undefined;
}

export function isJoined(): boolean {
  const { steps = {} } = (globalThis as unknown as ProbedWindow).joinSteps ?? {};
  return steps['connected'] !== undefined && steps['all pictures'] !== undefined;
}
