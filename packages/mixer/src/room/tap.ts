/** Takes what the mixer encodes for everybody, so that a recording and a live stream need no encoder of their own. */

export interface MixedPicture {
  /** As the codec writes it; H.264 behind start codes, with its parameter sets before each key frame. */
  readonly data: Uint8Array;
  /** Milliseconds on the mixer's clock. */
  readonly timeMs: number;
  /** Whether a decoder can begin with it. */
  readonly isKeyFrame: boolean;
}

/** 20 ms of everybody's sound, nobody left out. */
export interface MixedSound {
  /** Mono, 48 kHz. */
  readonly samples: Int16Array;
  /** The same in Opus, as those hear it who say nothing. Undefined where the encoder says nothing yet. */
  readonly opus: Uint8Array | undefined;
  /** Milliseconds on the mixer's clock, of the first sample. */
  readonly timeMs: number;
}

export interface MixTap {
  /** Milliseconds between two pictures that a decoder can begin with, 500 or more; undefined where only the first need be one. */
  readonly keyFrameEveryMs?: number | undefined;
  readonly handlePicture: (picture: MixedPicture) => void;
  readonly handleSound: (sound: MixedSound) => void;
}
