/** Ringing at people by their addresses, and what came of it. */
import {
  type ConferenceClientApi,
  ConferenceError,
  type InvitationResult,
  type InviteOptions,
} from '@plenum/client';
import { errorWords, toFailure } from './error-words.ts';
import { type Signal, signal } from './signal.ts';

export interface Ring {
  readonly id: number;
  readonly user: string;
  readonly isRinging: boolean;
  readonly words: string;
}

export interface RingingModel {
  /** The latest first. */
  readonly rings: Signal<readonly Ring[]>;
  /** One's own address. */
  readonly ownUrl: Signal<string | undefined>;
  /** At a user URL or hyperty URL. Who is being rung at is not rung at twice. */
  ring(user: string): void;
  close(): void;
}

const addressPattern = /^(?:user|hyperty):\/\/[^/]+\/./;

/** What of the client it needs. */
export interface RingingClient extends Pick<ConferenceClientApi, 'userUrl'> {
  invite(
    users: readonly string[],
    roomId: string,
    options: InviteOptions,
  ): Promise<readonly InvitationResult[]>;
}

export function createRingingModel(client: RingingClient, roomId: string): RingingModel {
  const rings = signal<readonly Ring[]>([]);
  const closing = new AbortController();
  let lastId = 0;
  const answer = (id: number, words: string) => {
    const put = (ring: Ring) => (ring.id === id ? { ...ring, isRinging: false, words } : ring);
    rings.set(rings.current.map(put));
  };
  const ring = async (id: number, user: string) => {
    try {
      const [result] = await client.invite([user], roomId, { signal: closing.signal });
      answer(id, result === undefined ? '' : outcomeWords(result));
    } catch (error) {
      const isOver = error instanceof ConferenceError && error.code === 'aborted';
      if (!isOver) answer(id, errorWords(toFailure(error)).happened);
    }
  };
  return {
    rings,
    ownUrl: client.userUrl,
    ring(text) {
      const user = text.trim();
      const isRung = rings.current.some((each) => each.user === user && each.isRinging);
      if (user === '' || isRung) return;
      const id = ++lastId;
      if (!addressPattern.test(user)) {
        const words = 'Not an address: those begin with user:// or hyperty://';
        return rings.set([{ id, user, isRinging: false, words }, ...rings.current]);
      }
      rings.set([{ id, user, isRinging: true, words: 'Ringing…' }, ...rings.current]);
      void ring(id, user);
    },
    close: () => closing.abort(),
  };
}

function outcomeWords({ outcome, reason }: InvitationResult): string {
  switch (outcome) {
    case 'accepted':
      return 'Accepted';
    case 'declined':
      return reason === undefined ? 'Declined' : `Declined: “${reason}”`;
    case 'unanswered':
      return 'No answer';
    case 'unreachable':
      return 'Cannot be reached now';
  }
}
