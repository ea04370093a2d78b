/** Hands STUN and TURN servers to participants: our own relay while it runs, and those of the operator. */
import type { IssueIceServers } from '@plenum/conference';
import type { IceServer } from '@plenum/protocol';
import { issueCredentials } from './credentials.ts';
import { type ExternalServer, hasSecret, issueExternal } from './external-servers.ts';
import type { RelayUrls } from './relay-urls.ts';

export interface OwnRelay {
  readonly isUp: boolean;
  readonly urls: RelayUrls;
  readonly secret: string;
}

export interface IceServerSources {
  readonly own: OwnRelay | undefined;
  readonly external: readonly ExternalServer[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Who has credentials can use the relay for so long after they have left; who stays gets new ones. */
const lifetimeMs = 3_600_000;
/** A relay that is down may soon be up. */
const downMs = 60_000;

/** A relay that is down is not told of: browsers would wait for it while they look for their way. */
export function createIceServerDesk({ own, external, now }: IceServerSources): IssueIceServers {
  return (participantId) => {
    const expiresAtMs = now() + lifetimeMs;
    const isOwnUp = own?.isUp === true;
    const iceServers = [
      ...(isOwnUp ? issueOwn(own, participantId, expiresAtMs) : []),
      ...external.map((server) => issueExternal(server, participantId, expiresAtMs)),
    ];
    if (own !== undefined && !isOwnUp) return { iceServers, iceServersValidForMs: downMs };
    return isOwnUp || external.some(hasSecret)
      ? { iceServers, iceServersValidForMs: lifetimeMs }
      : { iceServers };
  };
}

function issueOwn({ urls, secret }: OwnRelay, id: string, expiresAtMs: number): readonly IceServer[] {
  return [{ urls: [...urls.stun] }, { urls: [...urls.turn], ...issueCredentials(secret, id, expiresAtMs) }];
}
