/** Invitations that come in: rung at every listener, and answered by what one of them decides. */
import type { Progress } from '@plenum/hyperty';
import {
  ConferenceError,
  type InvitationData,
  invitationSchema,
  type Request,
  type ResponseBody,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { Invitation, JoinOptions, Room } from './conference-client-types.ts';
import { reportAsUncaught } from './signal.ts';

type Listener = (invitation: Invitation) => void;
type Join = (roomId: string, options: JoinOptions) => Promise<Room>;

export class Invitations {
  readonly #listeners = new Set<Listener>();
  readonly #join: Join;

  constructor(join: Join) {
    this.#join = join;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Somebody invites: the answer is what is decided here. Nobody who listens is nobody who is there. */
  handle(message: Request, progress: Progress): Promise<ResponseBody> {
    const parsed = message.type === 'create' ? v.safeParse(invitationSchema, message.body.value) : undefined;
    if (parsed?.success !== true) throw new ConferenceError('bad-request');
    if (!this.hasListeners) throw new ConferenceError('user-unreachable');
    progress();
    return new Promise((resolve, reject) => {
      const invitation = this.#present(parsed.output, resolve, reject);
      for (const listener of [...this.#listeners]) tell(listener, invitation);
    });
  }

  #present(
    { roomId, title, from }: InvitationData,
    answer: (body: ResponseBody) => void,
    decline: (error: ConferenceError) => void,
  ): Invitation {
    return {
      roomId,
      title,
      from: { name: from.name, userUrl: from.userURL },
      accept: (options) => {
        answer({ code: 200 });
        return this.#join(roomId, options);
      },
      decline: (reason) => decline(new ConferenceError('declined', reason)),
    };
  }
}

function tell(listener: Listener, invitation: Invitation): void {
  try {
    listener(invitation);
  } catch (thrown) {
    reportAsUncaught(thrown);
  }
}
