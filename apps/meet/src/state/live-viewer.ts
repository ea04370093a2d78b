/**
 * The page of a broadcast, for the audience.
 *
 * | phase       | means                                  | goes on with                                          |
 * |-------------|----------------------------------------|-------------------------------------------------------|
 * | waiting     | nothing is broadcast yet               | it begins: live                                       |
 * | live        | it is shown, or will be in a moment    | its end: over, or the next that has begun by then; a player that fails is replaced |
 * | over        | it was shown, and has ended            | it begins anew: live                                  |
 * | unreachable | the server does not answer, nothing is shown | it answers: what it says                        |
 */
import { type Signal, signal } from './signal.ts';

export interface LiveStatus {
  readonly isLive: boolean;
  /** How many look on. */
  readonly audience: number;
}

export interface LivePlayerEvents {
  /** The stream said that it is over. */
  readonly onEnded: () => void;
  /** It cannot go on by itself. */
  readonly onFailed: () => void;
  readonly onNeed: (need: LiveNeed) => void;
}

/** What the browser wants the person to do: it plays no sound, or nothing at all, before they have. */
export type LiveNeed = 'nothing' | 'sound' | 'play';

export interface LivePlayer {
  /** Seconds of the stream that it is at; undefined where it is not to move. */
  readonly position: number | undefined;
  /** In a click. */
  satisfy(): void;
  close(): void;
}

export interface LivePorts {
  /** Rejects where the server does not answer. */
  readonly readStatus: () => Promise<LiveStatus>;
  readonly play: (video: HTMLVideoElement, events: LivePlayerEvents) => LivePlayer;
  /** Gives what prevents it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export type LivePhase = 'waiting' | 'live' | 'over' | 'unreachable';

export interface LiveViewer {
  readonly phase: Signal<LivePhase>;
  readonly audience: Signal<number>;
  readonly need: Signal<LiveNeed>;
  /** Shows it there from now on; gives what ends that. */
  attach(video: HTMLVideoElement): () => void;
  satisfy(): void;
}

/** Milliseconds between two looks at the server. */
const lookEveryMs = 4_000;
/** Looks at a picture that stands still, before the player is replaced. */
const stillLooks = 3;

export function createLiveViewer({ readStatus, play, after }: LivePorts): LiveViewer {
  const phase = signal<LivePhase>('waiting');
  const audience = signal(0);
  const need = signal<LiveNeed>('nothing');
  /** Where it is shown, since when: the same element may come again. */
  let attached: { readonly video: HTMLVideoElement } | undefined;
  let player: LivePlayer | undefined;
  let stopLooking = (): void => undefined;
  /** Of the look whose answer counts. */
  let lookNumber = 0;
  let wasShown = false;
  /** Of the player, at the last looks. */
  let still = { position: -1, looks: 0 };

  const drop = () => {
    player?.close();
    player = undefined;
    need.set('nothing');
  };
  const show = () => {
    if (attached === undefined || player !== undefined) return;
    wasShown = true;
    still = { position: -1, looks: 0 };
    const own = play(attached.video, {
      onEnded: () => {
        if (player !== own) return;
        drop();
        // Another may have begun.
        void look();
      },
      // The next look says whether there is something to show.
      onFailed: () => {
        if (player === own) drop();
      },
      onNeed: (now) => {
        if (player === own) need.set(now);
      },
    });
    player = own;
  };
  const replaceWhereStill = () => {
    const position = player?.position;
    const isStill = position !== undefined && position === still.position;
    still = { position: position ?? -1, looks: isStill ? still.looks + 1 : 0 };
    if (still.looks >= stillLooks) drop();
  };
  const handle = ({ isLive, audience: count }: LiveStatus) => {
    audience.set(count);
    // Who looks on sees it to its end.
    if (!isLive) return player === undefined ? phase.set(wasShown ? 'over' : 'waiting') : replaceWhereStill();
    replaceWhereStill();
    phase.set('live');
    show();
  };
  const look = async () => {
    stopLooking();
    lookNumber += 1;
    const own = lookNumber;
    const status = await readStatus().catch(() => undefined);
    if (lookNumber !== own) return;
    if (status !== undefined) handle(status);
    else if (player === undefined) phase.set('unreachable');
    stopLooking = after(lookEveryMs, () => void look());
  };
  return {
    phase,
    audience,
    need,
    attach(video) {
      const own = { video };
      attached = own;
      void look();
      return () => {
        if (attached !== own) return;
        lookNumber += 1;
        stopLooking();
        drop();
        attached = undefined;
      };
    },
    satisfy: () => player?.satisfy(),
  };
}
