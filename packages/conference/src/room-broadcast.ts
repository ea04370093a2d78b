/**
 * The broadcast of a room: what its composite shows and sounds like, for an audience that is not in it.
 *
 * | state   | means                                          | goes on with                                               |
 * |---------|------------------------------------------------|------------------------------------------------------------|
 * | off     | nobody outside sees anything                   | a moderator, or the application, starts it: running         |
 * | running | there is a channel; media, while there is a mix | stopped, failed, without a mix for too long, the end: off |
 */
import type { Clock, Logger } from '@plenum/hyperty';
import type { MediaMix, MixBroadcast } from '@plenum/media';
import { type BroadcastData, ConferenceError, type ErrorCode, type RoomId } from '@plenum/protocol';
import type { BroadcastChannel, BroadcastStation } from './broadcast-station.ts';

export interface RoomBroadcastContext {
  readonly roomId: RoomId;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined where nothing can be broadcast. */
  readonly station: BroadcastStation | undefined;
  /** Tells everybody in the room. */
  readonly show: (broadcast: BroadcastData | undefined) => void;
  /** The mix is needed now, or no longer. */
  readonly onNeedChanged: () => void;
}

export interface BroadcastWish {
  /** 26 letters of `0-9a-v` that cannot be guessed, and without which nobody looks on; by default whoever knows the room's name can. */
  readonly key?: string | undefined;
}

interface Running extends BroadcastWish {
  readonly channel: BroadcastChannel;
  /** ISO 8601. */
  readonly since: string;
  /** Whether there was a mix once. */
  hasBegun: boolean;
  audience: number;
  sending: MixBroadcast | undefined;
  stopWaiting: () => void;
  stopCounting: () => void;
}

/** Milliseconds without a mix, after which there is no use in waiting for another. */
const longestGapMs = 30_000;
/** Milliseconds between two looks at how many look on: everybody in the room is told what is another. */
const countEveryMs = 3_000;

export class RoomBroadcast {
  readonly #context: RoomBroadcastContext;
  #mix: MediaMix | undefined;
  #running: Running | undefined;
  #isClosed = false;

  constructor(context: RoomBroadcastContext) {
    this.#context = context;
  }

  /** Whether a mix in H.264 is needed. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Where it runs it goes on. @throws ConferenceError `broadcast-unavailable`, also where it runs without that key; `room-closed`. */
  start({ key }: BroadcastWish): void {
    if (this.#isClosed) throw new ConferenceError('room-closed');
    if (this.#running !== undefined) {
      // Whoever asked for few must not take it for granted that they got them.
      if (key === undefined || key === this.#running.key) return;
      throw new ConferenceError('broadcast-unavailable', 'It is broadcast already, and not with that key.');
    }
    const { station, clock, roomId, logger, show, onNeedChanged } = this.#context;
    if (station === undefined) throw new ConferenceError('broadcast-unavailable');
    const running: Running = {
      key,
      channel: station.begin(roomId, key),
      since: clock.isoTime(),
      hasBegun: false,
      audience: 0,
      sending: undefined,
      stopWaiting: () => undefined,
      stopCounting: () => undefined,
    };
    this.#running = running;
    logger.info('broadcast started', { roomId, isUnlisted: key !== undefined });
    show(shownOf(running));
    this.#count(running);
    this.#followMix(running);
    onNeedChanged();
  }

  #count(running: Running): void {
    running.stopCounting = this.#context.clock.after(countEveryMs, () => {
      const { audience } = running.channel;
      const isAnother = audience !== running.audience;
      running.audience = audience;
      if (isAnother) this.#context.show(shownOf(running));
      this.#count(running);
    });
  }

  /** Counts one who looks on by a link, until what is returned is called. @throws ConferenceError `not-broadcast`, also without the key. */
  attend({ key }: BroadcastWish): () => void {
    const running = this.#running;
    const mayLookOn = running !== undefined && (running.key === undefined || running.key === key);
    if (!mayLookOn) throw new ConferenceError('not-broadcast');
    return running.channel.attend();
  }

  /** Nothing happens where none runs. */
  stop(): void {
    if (this.#running === undefined) return;
    this.#context.logger.info('broadcast stopped', { roomId: this.#context.roomId });
    this.#end(this.#running);
  }

  #fail(running: Running, code: ErrorCode): void {
    if (this.#running !== running) return;
    this.#context.logger.warn('broadcast ended', { roomId: this.#context.roomId, code });
    this.#end(running, code);
  }

  #end(running: Running, endedBy?: ErrorCode): void {
    const { channel } = running;
    this.#running = undefined;
    this.#stopSending(running);
    running.stopCounting();
    channel.close();
    if (this.#isClosed) return;
    this.#context.show(endedBy === undefined ? undefined : { ...shownOf(running), endedBy });
    this.#context.onNeedChanged();
  }

  #stopSending(running: Running): void {
    running.stopWaiting();
    running.sending?.stop();
    running.sending = undefined;
  }

  /** There is a mix now, or none any more. */
  handleMix(mix: MediaMix | undefined): void {
    if (this.#isClosed) return;
    this.#mix = mix;
    if (this.#running !== undefined) this.#followMix(this.#running);
  }

  /** The stream goes on, after a break, as soon as there is something to show. */
  #followMix(running: Running): void {
    this.#stopSending(running);
    if (this.#mix === undefined) {
      const giveUp = () => this.#fail(running, 'mixer-unavailable');
      running.stopWaiting = this.#context.clock.after(longestGapMs, giveUp);
      return;
    }
    running.hasBegun = true;
    const mix = this.#mix;
    running.sending = mix.broadcast({
      onEvent: (event) => running.channel.handle(event),
      // One that is about to be replaced, such as by one in H.264, is not the end.
      onFailed: ({ code }) => {
        if (this.#mix === mix) this.#fail(running, code);
      },
    });
  }

  /** There is no mix to be had now. A broadcast that has shown nothing yet is not waited for. */
  handleMixRefused({ code }: ConferenceError): void {
    if (this.#running?.hasBegun === false) this.#fail(this.#running, code);
  }

  /** The room ends, and with it the broadcast. May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.stop();
  }
}

/** What everybody in the room sees of it. */
function shownOf({ since, audience, key }: Running): BroadcastData {
  return { since, audience, ...(key === undefined ? {} : { key }) };
}
