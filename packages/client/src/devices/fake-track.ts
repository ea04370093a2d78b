/** A track without a browser, for tests. It ends when told to, as when its device is unplugged. */
export class FakeTrack extends EventTarget implements MediaStreamTrack {
  readonly kind: 'audio' | 'video';
  readonly label: string;
  readonly id: string;
  readonly #deviceId: string;
  enabled = true;
  contentHint = '';
  readonly muted = false;
  readyState: MediaStreamTrackState = 'live';
  onended = null;
  onmute = null;
  onunmute = null;

  constructor(kind: 'audio' | 'video', deviceId: string, label: string) {
    super();
    this.kind = kind;
    this.label = label;
    this.id = `track of ${deviceId}`;
    this.#deviceId = deviceId;
  }

  /** Ends it from outside: unlike after `stop`, the page is told. */
  end(): void {
    if (this.readyState === 'ended') return;
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  stop(): void {
    this.readyState = 'ended';
  }

  clone(): FakeTrack {
    return new FakeTrack(this.kind, this.#deviceId, this.label);
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.#deviceId };
  }

  getCapabilities(): MediaTrackCapabilities {
    return {};
  }

  getConstraints(): MediaTrackConstraints {
    return {};
  }

  applyConstraints(): Promise<void> {
    return Promise.resolve();
  }
}
