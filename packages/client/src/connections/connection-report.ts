/** One connection for media as the application sees it. */
import { type ConnectionStage, connectionStages, type ParticipantId } from '@plenum/protocol';
import type { ConnectionPath } from './path.ts';
import type { ConnectionPictures } from './pictures.ts';
import type { StageProgress } from './stages.ts';
import type { ConnectionTraffic } from './traffic.ts';
import type { ConnectionTries } from './tries.ts';

/** Whom a connection leads to: the media server, or somebody in the room. */
export type ConnectionPeer = 'server' | ParticipantId;

export interface StageReport {
  readonly name: ConnectionStage;
  /** `communicating` is under way until the first packet of media has come, and done from then on. */
  readonly state: 'pending' | 'under-way' | 'done' | 'failed';
  /** Milliseconds from the begin of the first stage to that of this one; undefined of one that has not begun. */
  readonly beganMs: number | undefined;
  /** Milliseconds it took; undefined while it is not over. */
  readonly tookMs: number | undefined;
}

export interface ConnectionReport {
  readonly peer: ConnectionPeer;
  /** `connecting` until it is secured; `failed` where that did not happen: to somebody in the room it is tried again and again. */
  readonly state: 'connecting' | 'connected' | 'lost' | 'failed';
  /** The stage it is in, or failed in. */
  readonly stage: ConnectionStage;
  /** All four, in their order. */
  readonly stages: readonly StageReport[];
  /** Undefined before there is one. */
  readonly path: ConnectionPath | undefined;
  /** What there is to find a way with; undefined before anybody looked. */
  readonly tried: ConnectionTries | undefined;
  /** Between the last two looks; undefined before the second. */
  readonly traffic: ConnectionTraffic | undefined;
  /** Those that come and go by it, as of the last look; none before the first. */
  readonly pictures: ConnectionPictures;
}

export type LookResult = Pick<ConnectionReport, 'path' | 'tried' | 'traffic' | 'pictures'>;

export function reportConnection(
  peer: ConnectionPeer,
  progress: StageProgress,
  look: LookResult,
): ConnectionReport {
  const { stage } = progress;
  return { peer, state: stateOf(progress), stage, stages: reportStages(progress), ...look };
}

function stateOf({ state, stage, isLost }: StageProgress): ConnectionReport['state'] {
  if (state === 'failed') return 'failed';
  if (stage !== 'communicating') return 'connecting';
  return isLost ? 'lost' : 'connected';
}

function reportStages({ state, stage, tookMs }: StageProgress): readonly StageReport[] {
  const current = connectionStages.indexOf(stage);
  let began = 0;
  return connectionStages.map((name, index) => {
    const took = tookMs[name];
    const beganMs = index <= current ? began : undefined;
    began += took ?? 0;
    if (index > current) return { name, state: 'pending', beganMs, tookMs: undefined };
    return { name, state: index < current ? 'done' : state, beganMs, tookMs: took };
  });
}
