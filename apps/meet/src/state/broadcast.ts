/** The broadcast of the room: whether it runs, who looks on and who can, starting and stopping it. Failures are told in a notice. */
import { ConferenceError, isErrorCode, type Room, type RoomSettings } from '@plenum/client';
import type { Notices } from './notices.ts';
import { derived, type Signal } from './signal.ts';

/** Who can look on: whoever knows the room's name, or who has a link that cannot be guessed. */
export type BroadcastAudience = 'everybody' | 'link';

export interface BroadcastModel {
  readonly isOn: Signal<boolean>;
  /** What everybody sees of it while it runs: how many look on, and the page to hand out. */
  readonly shown: Signal<{ readonly audience: number; readonly url: string } | undefined>;
  /** In the link, where it is for those only who have it: the same for the whole call, so that a link that was handed out goes on working. */
  readonly key: string;
  /** For moderators. */
  start(audience: BroadcastAudience): void;
  stop(): void;
  close(): void;
}

/** Whom the room's name does not let in, it is not to let look on either unless somebody wants that. */
export function usualAudience({ isLocked, hasLobby, guests }: RoomSettings): BroadcastAudience {
  return isLocked || hasLobby || guests !== 'welcome' ? 'link' : 'everybody';
}

export function createBroadcast({
  room,
  notices,
  key,
}: {
  readonly room: Pick<Room, 'broadcast' | 'startBroadcast' | 'stopBroadcast'>;
  readonly notices: Notices;
  readonly key: string;
}): BroadcastModel {
  const { broadcast } = room;
  const running = () => (broadcast.current?.endedBy === undefined ? broadcast.current : undefined);
  const isOn = derived([broadcast], () => running() !== undefined);
  let wasOn = isOn.current;
  const close = broadcast.subscribe((now) => {
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
    key,
    start(audience) {
      const asked = room.startBroadcast(audience === 'link' ? { key } : {});
      void notices.attempt(asked, 'The broadcast could not be started');
    },
    stop() {
      void notices.attempt(room.stopBroadcast(), 'The broadcast could not be stopped');
    },
    close,
  };
}
