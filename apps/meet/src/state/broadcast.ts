/** The broadcast of the room: whether it runs, who looks on, starting and stopping it. Failures are told in a notice. */
import { ConferenceError, isErrorCode, type Room } from '@plenum/client';
import type { Notices } from './notices.ts';
import { derived, type Signal } from './signal.ts';

export interface BroadcastModel {
  readonly isOn: Signal<boolean>;
  /** What everybody sees of it while it runs: how many look on, and the page to hand out. */
  readonly shown: Signal<{ readonly audience: number; readonly url: string } | undefined>;
  /** For moderators: starts it, or stops it. */
  toggle(): void;
  close(): void;
}

export function createBroadcast({
  room,
  notices,
}: {
  readonly room: Pick<Room, 'broadcast' | 'startBroadcast' | 'stopBroadcast'>;
  readonly notices: Notices;
}): BroadcastModel {
  const { broadcast } = room;
  const running = () => (broadcast.current?.endedBy === undefined ? broadcast.current : undefined);
  const isOn = derived([broadcast], () => running() !== undefined);
  let wasOn = isOn.current;
  const stop = broadcast.subscribe((now) => {
    const endedBy = now?.endedBy;
    // Who comes in later need not know.
    if (wasOn && endedBy !== undefined) {
      const code = isErrorCode(endedBy) ? endedBy : 'internal';
      notices.fail('The broadcast ended', new ConferenceError(code));
    }
    wasOn = isOn.current;
  });
  return {
    isOn,
    shown: derived([broadcast], running),
    toggle() {
      const asked = isOn.current ? room.stopBroadcast() : room.startBroadcast();
      void notices.attempt(asked, `The broadcast could not be ${isOn.current ? 'stopped' : 'started'}`);
    },
    close: stop,
  };
}
