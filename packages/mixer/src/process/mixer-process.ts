/**
 * The server's side of the mixer: a process of its own, since a codec that crashes must not end any call, started when the first
 * room needs it. Where it ends, every room in it does; the next that is opened starts another.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Arrangement } from '../room/picture-mixer.ts';
import type { MixedParticipant } from '../room/room-mixer.ts';
import { isRoomLeft, type RoomLoad } from './cost.ts';
import type {
  MixerCommand,
  MixerEvent,
  RoomCommand,
  RoomEvent,
  RoomSettings,
  TrackRequest,
  TracksCommand,
  TracksSettings,
} from './messages.ts';
import { type RoomBroadcast, type RoomBroadcastRequest, RoomBroadcasts } from './room-broadcasts.ts';
import {
  type RecordingListener,
  type RoomRecording,
  type RoomRecordingRequest,
  RoomRecordings,
} from './room-recordings.ts';

export interface MixerLogger {
  info(message: string, details: Readonly<Record<string, unknown>>): void;
  warn(message: string, details: Readonly<Record<string, unknown>>): void;
}

export interface MixerProcessOptions {
  readonly logger: MixerLogger;
  /** Hundredths of a core that all rooms together may cost. */
  readonly budget: number;
  /** Of the font that names are written in (TrueType or OpenType); DejaVu Sans unless given. */
  readonly fontFile?: string | undefined;
}

/** A room in the mixer. */
export interface MixedRoom {
  /** UDP port on 127.0.0.1 that it sends from and receives on. */
  readonly port: number;
  /** Adds somebody, or takes over what is another of them now. */
  add(participant: MixedParticipant): void;
  remove(id: string): void;
  arrange(arrangement: Arrangement): void;
  /** Sends the one picture smaller as well, from soon on, or no more. */
  showSmall(isWanted: boolean): void;
  /** Writes the one picture and everybody's sound into a file, from the next whole picture on. */
  record(request: RoomRecordingRequest): RoomRecording;
  /** Makes a live stream of the one picture, which has to be in H.264, and of everybody's sound. */
  broadcast(request: RoomBroadcastRequest): RoomBroadcast;
  /** What is being written is made whole, soon after. May be called more than once. */
  close(): void;
}

export type MixedRoomOptions = Omit<RoomSettings, 'fontFile'> & {
  /** Who will be in it, for the reckoning; who comes later counts from then on. */
  readonly people: number;
  /** Which is closed as soon as this one is open: of the two only this one counts. */
  readonly replaces?: MixedRoom | undefined;
  /** Whether half of the budget is to be left for others. */
  readonly isUnasked?: boolean | undefined;
  /** It ended by itself. Not called after `close()`. */
  readonly onEnded: (reason: string) => void;
};

/** Where single sources of a room are written down. */
export interface WrittenTracks {
  /** UDP port on 127.0.0.1 that it sends from and receives on. */
  readonly port: number;
  /** Writes one source into a file of its own, from the next moment on that a decoder can begin with. */
  record(request: TrackRequest & RecordingListener): RoomRecording;
  /** What is being written is made whole, soon after. May be called more than once. */
  close(): void;
}

export type WrittenTracksOptions = TracksSettings & Pick<MixedRoomOptions, 'people' | 'onEnded'>;

interface Entry {
  /** By their ids. */
  readonly people: Set<string>;
  readonly expected: number;
  readonly codec: RoomLoad['codec'];
  isSmallShown: boolean;
  /** What is written down and sent on of it. */
  readonly outputs: readonly { close(): void }[];
  readonly onEvent: (event: RoomEvent) => void;
  readonly onEnded: (reason: string) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly rooms: Map<number, Entry>;
}

/** Milliseconds: more than it waits for its own threads then. */
const killAfterMs = 3_000;

export class MixerProcess {
  readonly #logger: MixerLogger;
  readonly #budget: number;
  readonly #fontFile: string;
  #running: Running | undefined;
  #lastRoom = 0;
  /** By what was given for it. */
  readonly #numbers = new WeakMap<MixedRoom, number>();
  #isClosed = false;

  constructor({ logger, budget, fontFile }: MixerProcessOptions) {
    this.#logger = logger;
    this.#budget = budget;
    this.#fontFile = fontFile ?? fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  }

  /** Of the process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** @throws Error why it cannot be: no room left, or the process, or the room's thread, ended meanwhile. */
  async openRoom({
    onEnded,
    people: expected,
    replaces,
    isUnasked,
    ...settings
  }: MixedRoomOptions): Promise<MixedRoom> {
    const { codec } = settings.encoding;
    const { child, rooms, room } = this.#reserve({ codec, people: expected }, { replaces, isUnasked });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    let isOpen = false;
    const people = new Set<string>();
    const tell = (command: RoomCommand) => {
      if (rooms.has(room)) send(child, { type: 'tell', room, command });
    };
    const recordings = new RoomRecordings<RoomCommand>(tell);
    const broadcasts = new RoomBroadcasts(tell);
    const entry: Entry = {
      people,
      expected,
      codec,
      isSmallShown: false,
      outputs: [recordings, broadcasts],
      onEvent: (event) => {
        if (event.type === 'opened') resolve(event.port);
        else if (event.type === 'refused')
          this.#logger.warn('somebody cannot be mixed', { reason: event.reason });
        else if (event.type === 'live' || event.type === 'broadcast-failed') broadcasts.handle(event);
        else recordings.handle(event);
      },
      onEnded: (reason) => (isOpen ? onEnded(reason) : reject(new Error(reason))),
    };
    rooms.set(room, entry);
    send(child, { type: 'open', room, settings: { ...settings, fontFile: this.#fontFile } });
    const port = await promise;
    // The process may have ended in the same moment.
    if (!rooms.has(room)) throw new Error('the mixer ended meanwhile');
    isOpen = true;
    const mixed: MixedRoom = {
      port,
      add: (participant) => {
        people.add(participant.id);
        tell({ type: 'add', participant });
      },
      remove: (id) => {
        people.delete(id);
        tell({ type: 'remove', id });
      },
      arrange: (arrangement) => tell({ type: 'arrange', arrangement }),
      showSmall: (isWanted) => {
        if (entry.isSmallShown === isWanted) return;
        entry.isSmallShown = isWanted;
        tell({ type: 'show-small', isWanted });
      },
      record: ({ path, keyFrameEveryMs, ...listener }) => {
        const request = { path, keyFrameEveryMs };
        return recordings.begin((recording) => ({ type: 'record', recording, request }), listener);
      },
      broadcast: (request) => broadcasts.begin(request),
      close: () => {
        recordings.close();
        broadcasts.close();
        if (rooms.delete(room)) send(child, { type: 'close', room });
      },
    };
    this.#numbers.set(mixed, room);
    return mixed;
  }

  /** A place for writing down single sources, without mixing them. @throws Error as `openRoom`. */
  async openTracks({ onEnded, people: expected, remotePort }: WrittenTracksOptions): Promise<WrittenTracks> {
    const { child, rooms, room } = this.#reserve({ codec: 'none', people: expected });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    let isOpen = false;
    const recordings = new RoomRecordings<TracksCommand>((command) => {
      if (rooms.has(room)) send(child, { type: 'tell', room, command });
    });
    rooms.set(room, {
      people: new Set(),
      expected,
      codec: 'none',
      isSmallShown: false,
      outputs: [recordings],
      onEvent: (event) => {
        if (event.type === 'opened') resolve(event.port);
        else if ('recording' in event) recordings.handle(event);
      },
      onEnded: (reason) => (isOpen ? onEnded(reason) : reject(new Error(reason))),
    });
    send(child, { type: 'open-tracks', room, settings: { remotePort } });
    const port = await promise;
    if (!rooms.has(room)) throw new Error('the mixer ended meanwhile');
    isOpen = true;
    return {
      port,
      record: ({ path, ssrc, codec, ...listener }) => {
        const request = { path, ssrc, codec };
        return recordings.begin((recording) => ({ type: 'record-track', recording, request }), listener);
      },
      close: () => {
        recordings.close();
        if (rooms.delete(room)) send(child, { type: 'close', room });
      },
    };
  }

  /** @throws Error where there is no room left. */
  #reserve(
    load: RoomLoad,
    { replaces, isUnasked }: Pick<MixedRoomOptions, 'replaces' | 'isUnasked'> = {},
  ): Running & { readonly room: number } {
    if (this.#isClosed) throw new Error('the mixer is closed');
    const replaced = replaces && this.#numbers.get(replaces);
    const rooms = [...(this.#running?.rooms ?? [])];
    const loadsOf = (isCounted: (room: number) => boolean) =>
      rooms.filter(([room]) => isCounted(room)).map(([, entry]) => loadOf(entry));
    const [before] = loadsOf((room) => room === replaced);
    const others = loadsOf((room) => room !== replaced);
    const budget = isUnasked === true ? this.#budget / 2 : this.#budget;
    if (!isRoomLeft(budget, others, load, before)) throw new Error('the mixer has no room left');
    this.#running ??= this.#start();
    this.#lastRoom += 1;
    return { ...this.#running, room: this.#lastRoom };
  }

  #start(): Running {
    const child = fork(new URL('./main.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // What it decodes comes from strangers: the server's secrets are not handed on to it.
      env: {},
      execArgv: [],
      // What is live comes as it is, and not as text.
      serialization: 'advanced',
    });
    const running: Running = { child, rooms: new Map() };
    preferToOthers(child.pid);
    this.#logger.info('mixer started', { pid: child.pid });
    child.on('message', (event: MixerEvent) => handleEvent(running, event));
    const end = (reason: string) => this.#handleEnd(running, reason);
    child.on('error', ({ message }) => end(message));
    child.once('exit', (code, signal) => end(code === null ? `ended by ${signal}` : `ended with ${code}`));
    return running;
  }

  #handleEnd(running: Running, reason: string): void {
    if (this.#running === running) this.#running = undefined;
    if (!this.#isClosed) this.#logger.warn('mixer ended', { reason, rooms: running.rooms.size });
    const listeners = [...running.rooms.values()];
    running.rooms.clear();
    for (const { outputs, onEnded } of listeners) {
      for (const output of outputs) output.close();
      onEnded(reason);
    }
  }

  /** Ends the process, once what it writes is whole, and resolves when it is gone. May be called more than once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running;
    if (running === undefined) return;
    for (const { outputs } of running.rooms.values()) for (const output of outputs) output.close();
    running.rooms.clear();
    const ended = once(running.child, 'exit');
    if (running.child.connected) running.child.disconnect();
    const timer = setTimeout(() => running.child.kill('SIGKILL'), killAfterMs);
    await ended;
    clearTimeout(timer);
  }
}

function loadOf({ codec, expected, people, isSmallShown }: Entry): RoomLoad {
  return { codec, people: Math.max(expected, people.size), isSmallShown };
}

function handleEvent({ rooms }: Running, event: MixerEvent): void {
  const listener = rooms.get(event.room);
  if (event.type === 'told') return listener?.onEvent(event.event);
  rooms.delete(event.room);
  for (const output of listener?.outputs ?? []) output.close();
  listener?.onEnded(event.reason);
}

function send(child: ChildProcess, command: MixerCommand): void {
  // Refused where it has just ended, which is told by its end.
  if (child.connected) child.send(command, () => undefined);
}

/** Sound that is mixed late is lost. To go before others needs a privilege. */
function preferToOthers(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {
    // Without the privilege it runs like all others.
  }
}
