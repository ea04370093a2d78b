/** One fuzzer at a running server: plays its script, over one socket after another. */
import { createSessionId, isRoomName } from '@plenum/protocol';
import { type AnswerWish, writeAnswer } from './fuzz-answers.ts';
import { nodeService, pick, runtimeOf, type Sender } from './fuzz-drafts.ts';
import { type Loot, learn } from './fuzz-knowledge.ts';
import { Ledger } from './fuzz-ledger.ts';
import { snapshotOf } from './fuzz-link-steps.ts';
import { damageText, mutate } from './fuzz-mutations.ts';
import { fuzzRooms, type Passes } from './fuzz-passes.ts';
import { quietRoom } from './fuzz-room-steps.ts';
import type { Comeback, Message, Script, Step } from './fuzz-script.ts';
import { FuzzSession } from './fuzz-session.ts';
import { joining, joiningByLobby, type StepKind, writeStep } from './fuzz-steps.ts';

export interface Scene {
  /** With a slash at its end. */
  readonly url: string;
  readonly passes: Passes;
  readonly loot: Loot;
}

/** Steps that are sent without waiting for what comes of them. */
const stepsAtOnce = 12;
/** Visitors of these rooms wait in a lobby, once somebody is in that lets them in. */
const firstLobbyRoom = 6;
/** Of the variants of a step: one's own room with a lobby; the room's chat, and its lobby. */
const roomWithLobby = 45;
const chatAndLobby = [0, 1];

const rightAnswer: AnswerWish = { recording: -1, isRaw: false, changes: [] };

const plain: Omit<Message, 'kind' | 'at'> = { mutations: [], damage: undefined, times: 1 };

export class Visit {
  readonly script: Script;
  readonly #scene: Scene;
  readonly #ledger = new Ledger();
  readonly #sessions: FuzzSession[] = [];
  #session: FuzzSession;
  #senders = 0;
  #sender: Sender;
  #answer: { readonly offer: string; readonly sdp: string } = { offer: '', sdp: 'v=0' };

  constructor(script: Script, scene: Scene) {
    this.script = script;
    this.#scene = scene;
    this.#sender = this.#aSender(this.#pass);
    this.#session = this.#connect(true);
  }

  get #pass(): string | undefined {
    return passFor(this.script, this.#scene.passes);
  }

  #aSender(pass: string | undefined): Sender {
    return {
      sessionId: createSessionId(),
      roomId: pick(fuzzRooms, this.script.room, 'fuzz'),
      pass,
      knowledge: {},
      loot: this.#scene.loot,
      contextVersion: 0,
      version: 0,
      // Answers are told apart by it, whichever socket they come over.
      nextId: this.#senders++ * 1_000,
    };
  }

  #connect(isCounted: boolean): FuzzSession {
    const session = new FuzzSession({
      url: this.#scene.url,
      localAddress: `127.0.0.${this.script.place}`,
      ledger: this.#ledger,
      isCounted,
      manners: this.script.manners,
      describe: (url) => snapshotOf(this.#sender, 0, url),
      onMessage: (message) => learn(message, this.#sender),
    });
    this.#sessions.push(session);
    return session;
  }

  get sessions(): readonly FuzzSession[] {
    return this.#sessions;
  }

  /** Plays it to its end; sockets stay open. */
  async play(): Promise<void> {
    const { opening, steps } = this.script;
    await this.#session.opened();
    if (opening !== 'none') await this.#begin(this.#flight);
    for (let index = 0; index < steps.length; index += stepsAtOnce) {
      for (const step of steps.slice(index, index + stepsAtOnce)) await this.#take(step);
      await this.#session.settled();
      this.#session.catchUp();
      if (!this.#session.isOpen) return;
      await this.#recover();
    }
  }

  get #flight(): readonly StepKind[] {
    return this.script.room < firstLobbyRoom ? joining : joiningByLobby;
  }

  /** What a stay begins with; where it comes to an offer that is answered. */
  async #begin(flight: readonly StepKind[]): Promise<void> {
    const { opening, steps } = this.script;
    flight.forEach((kind, index) => {
      const { at: chance, mutations } = { at: 0, mutations: [], ...steps[index] };
      const at = kind === 'joinRoom' ? chance : kind === 'createRoom' ? roomWithLobby : 0;
      this.#send({ ...plain, kind, at, mutations: opening === 'mutated' ? mutations : [] });
    });
    // The answer needs the offer.
    await this.#session.settled();
    const { isIn, offer } = this.#sender.knowledge;
    if (opening === 'mutated' || isIn !== true) return;
    for (const at of chatAndLobby) this.#send({ ...plain, kind: 'observe a child', at });
    if (offer === undefined) return;
    // Mostly before anything else happens, so that it is looked at: engines take a moment.
    this.#send({ ...plain, kind: 'answer', at: 1 });
    this.#send({ ...plain, kind: 'wish for an ICE restart', at: 1 });
    await this.#session.decided();
  }

  /** Who has got lost begins anew, so that what is deeper in is reached too. */
  async #recover(): Promise<void> {
    const { isOpen, isIn } = this.#sender.knowledge;
    if (isOpen === false) await this.#beginAnew();
    else if (isIn === false) await this.#begin(this.#flight.slice(1));
  }

  /** As a guest: there is no session, or no more. */
  #beginAnew(): Promise<void> {
    this.#sender = this.#aSender(undefined);
    return this.#begin(this.#flight);
  }

  async #take(step: Step): Promise<void> {
    if ('comeback' in step) return this.#comeBack(step.comeback, step.at);
    if (this.#session.isOpen) this.#send(step);
  }

  #send(step: Message): void {
    const { kind, at, mutations, damage: hurt, times } = step;
    const sender = this.#sender;
    const { version } = sender;
    const written = writeStep(sender, kind, at, kind === 'answer' ? this.#sdp() : '');
    const message = mutations.length === 0 ? written : mutate(written, mutations, sender.loot.addresses);
    // What was changed is hardly accepted, and need not leave a gap each time.
    if (mutations.length > 0 && at % 4 !== 0) sender.version = version;
    const whole = JSON.stringify(message);
    const text = hurt === undefined ? whole : damageText(whole, hurt);
    if (kind === 'createRoom' || kind === 'joinRoom') noteRoom(text, sender.loot);
    const header = message === written && hurt === undefined ? written : undefined;
    for (let time = 0; time < times; time++) this.#session.send(text, header);
  }

  /** The answer to the last offer; made once for each. */
  #sdp(): string {
    const offer = this.#sender.knowledge.offer?.sdp ?? 'v=0';
    if (this.#answer.offer !== offer) {
      const isFirst = this.#answer.offer === '';
      this.#answer = { offer, sdp: writeAnswer(offer, isFirst ? this.script.answer : rightAnswer) };
    }
    return this.#answer.sdp;
  }

  async #comeBack(how: Comeback, at: number): Promise<void> {
    const before = this.#session;
    if (how === 'after a break' || how === 'with an altered token') before.close('suddenly');
    const { sender, token, isStolen } = this.#comingBack(how, at);
    this.#sender = sender;
    sender.knowledge.isOpen = false;
    const count = how === 'over two at once' ? 2 : 1;
    const sessions = Array.from({ length: count }, () => this.#connect(!isStolen));
    await Promise.all(sessions.map((session) => session.opened()));
    this.#session = sessions.at(-1) ?? before;
    for (const session of sessions) if (session.isOpen) session.send(this.#resumption(token));
    await this.#session.settled();
    if (isStolen || !this.#session.isOpen) return;
    if (!sender.knowledge.isOpen) await this.#beginAnew();
    else if (how === 'as another session') await this.#begin(this.#flight.slice(1));
  }

  /** Who comes back, with which token. */
  #comingBack(how: Comeback, at: number) {
    const { resumeToken = '' } = this.#sender.knowledge;
    const stolen =
      how === 'with another’s token' ? pick(this.#scene.loot.sessions, at, undefined) : undefined;
    if (stolen !== undefined) {
      const sender = { ...this.#aSender(this.#pass), sessionId: stolen.sessionId };
      return { sender, token: stolen.resumeToken, isStolen: true };
    }
    const sender = how === 'as another session' ? this.#aSender(this.#pass) : this.#sender;
    const token = how === 'with an altered token' ? altered(resumeToken, at) : resumeToken;
    return { sender, token, isStolen: false };
  }

  #resumption(resumeToken: string): string {
    const sender = this.#sender;
    sender.nextId += 1;
    const body = { value: { protocolVersion: 1 }, resumeToken };
    const from = runtimeOf(sender);
    return JSON.stringify({ id: sender.nextId, type: 'create', from, to: nodeService('session'), body });
  }

  /** What was answered wrongly. */
  get wrongs(): readonly string[] {
    const isOpen = this.#sessions.some((session) => session.isOpen);
    return isOpen ? this.#ledger.wrongs : this.#ledger.wrongs.filter((text) => !text.startsWith('not'));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.settled()));
  }

  close(): void {
    for (const session of this.#sessions) session.close(this.script.end);
  }
}

function passFor({ pass: { kind, at }, room }: Script, passes: Passes): string | undefined {
  switch (kind) {
    case 'none':
      return undefined;
    case 'for the room':
      return pick(passes.forRoom.get(pick(fuzzRooms, room, '')) ?? [], at, undefined);
    case 'of a member':
      return pick(passes.forMembers, at, undefined);
    case 'bad':
      return pick(passes.bad, at, undefined);
  }
}

/** Its signature, its claims or its head; or it is another kind of text. */
function altered(token: string, at: number): string {
  const position = at % Math.max(1, token.length);
  const letter = token[position] === 'A' ? 'B' : 'A';
  const changed = token.slice(0, position) + letter + token.slice(position + 1);
  return pick(
    [changed, changed, token.slice(0, position), `${token}.${token}`, '', 'x'.repeat(5_000)],
    at,
    '',
  );
}

/** A room that was asked for and not entered stays for long, and one whose people all got lost is remembered. */
function noteRoom(text: string, { rooms }: Loot): void {
  const [, name] = /"roomId":"([^"]{1,128})"/.exec(text) ?? [];
  if (name !== undefined && name !== quietRoom && isRoomName(name)) rooms.add(name);
}
