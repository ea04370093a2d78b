/**
 * The four stages of a connection, timed. A fact says that a stage is over, and with it those before it: browsers tell the same
 * in another order, or leave something out.
 *
 * | stage         | is over with                                                                          |
 * |---------------|---------------------------------------------------------------------------------------|
 * | signalling    | `described`: both descriptions are applied (RFC 8829)                                 |
 * | connecting    | `reached`: ICE has found a way through the network (RFC 8445)                         |
 * | securing      | `secured`: the DTLS handshake is done, and both have the keys for SRTP (RFC 5764)     |
 * | communicating | `received`: the first packet of media has come; from then on it lasts as long as it may |
 *
 * Who waited in the lobby until they were `admitted` begins only then. `failed` ends a connection that has not come to its
 * last stage; one that has is `lost`, and `secured` again when it is back.
 */
import { type ConnectionStage, connectionStages } from '@plenum/protocol';

export type StageFact = 'admitted' | 'described' | 'reached' | 'secured' | 'received' | 'lost' | 'failed';

export interface StageProgress {
  /** `done`: media has come. */
  readonly state: 'under-way' | 'done' | 'failed';
  /** The stage it is in, or failed in. */
  readonly stage: ConnectionStage;
  /** When that began, by a monotonic clock; milliseconds. */
  readonly sinceMs: number;
  /** Milliseconds that each stage took that is over. */
  readonly tookMs: Readonly<Partial<Record<ConnectionStage, number>>>;
  /** It was there, and is not now. */
  readonly isLost: boolean;
}

const overWith = {
  described: 'signalling',
  reached: 'connecting',
  secured: 'securing',
  received: 'communicating',
} as const satisfies Record<Exclude<StageFact, 'admitted' | 'lost' | 'failed'>, ConnectionStage>;

export function beginStages(nowMs: number): StageProgress {
  return { state: 'under-way', stage: 'signalling', sinceMs: nowMs, tookMs: {}, isLost: false };
}

/** The same object where the fact changes nothing. */
export function transition(progress: StageProgress, fact: StageFact, nowMs: number): StageProgress {
  switch (fact) {
    case 'admitted':
      return progress.stage === 'signalling' ? { ...progress, sinceMs: nowMs } : progress;
    case 'lost':
      return lose(progress);
    case 'failed':
      return fail(progress, nowMs);
    default:
      return finish(regain(progress, fact), overWith[fact], nowMs);
  }
}

function lose(progress: StageProgress): StageProgress {
  const isThere = progress.stage === 'communicating' && !progress.isLost;
  return isThere ? { ...progress, isLost: true } : progress;
}

function regain(progress: StageProgress, fact: keyof typeof overWith): StageProgress {
  return progress.isLost && fact === 'secured' ? { ...progress, isLost: false } : progress;
}

/** What it failed in took as long as that; the stages after it never began. */
function fail(progress: StageProgress, nowMs: number): StageProgress {
  if (progress.stage === 'communicating') return lose(progress);
  if (progress.state === 'failed') return progress;
  const tookMs = { ...progress.tookMs, [progress.stage]: nowMs - progress.sinceMs };
  return { ...progress, state: 'failed', tookMs };
}

/** A stage that was jumped over took no time that anybody could have measured. */
function finish(progress: StageProgress, over: ConnectionStage, nowMs: number): StageProgress {
  const [from, to] = [connectionStages.indexOf(progress.stage), connectionStages.indexOf(over)];
  if (progress.state !== 'under-way' || to < from) return progress;
  const passed = connectionStages.slice(from, to + 1);
  const took = passed.map((stage, index) => [stage, index === 0 ? nowMs - progress.sinceMs : 0]);
  return {
    ...progress,
    state: over === 'communicating' ? 'done' : 'under-way',
    stage: connectionStages[to + 1] ?? 'communicating',
    sinceMs: nowMs,
    tookMs: { ...progress.tookMs, ...Object.fromEntries(took) },
  };
}
