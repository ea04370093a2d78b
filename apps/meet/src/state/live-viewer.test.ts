import { expect, test } from 'vitest';
import {
  createLiveViewer,
  type LivePhase,
  type LivePlayer,
  type LivePlayerEvents,
  type LivePorts,
  type LiveStatus,
} from './live-viewer.ts';
import { settled } from './settled.ts';

interface FakePlayer extends LivePlayer {
  position: number | undefined;
  readonly events: LivePlayerEvents;
  isClosed: boolean;
  isSatisfied: boolean;
}

function aViewer(ports: Partial<LivePorts> = {}) {
  let status: LiveStatus | undefined = { isLive: false, audience: 0 };
  const due = new Set<() => void>();
  const players: FakePlayer[] = [];
  const viewer = createLiveViewer({
    readStatus: async () => {
      if (status === undefined) throw new Error('nobody answers');
      return status;
    },
    play: (_video, events) => {
      const player: FakePlayer = {
        position: undefined,
        events,
        isClosed: false,
        isSatisfied: false,
        satisfy: () => {
          player.isSatisfied = true;
        },
        close: () => {
          player.isClosed = true;
        },
      };
      players.push(player);
      return player;
    },
    after: (_ms, callback) => {
      due.add(callback);
      return () => due.delete(callback);
    },
    ...ports,
  });
  const detach = viewer.attach({} as HTMLVideoElement);
  const says = async (next: LiveStatus | undefined) => {
    status = next;
    for (const look of [...due]) {
      due.delete(look);
      look();
    }
    await settled();
  };
  return { viewer, players, says, looks: () => due.size, detach };
}

const [live, nothing] = [
  { isLive: true, audience: 7 },
  { isLive: false, audience: 0 },
];

test('it waits for the beginning, shows it with how many look on, and says when it is over', async () => {
  const { viewer, players, says } = aViewer();
  await settled();
  expect(viewer.phase.current).toBe('waiting');
  await says(live);
  expect([viewer.phase.current, viewer.audience.current, players.length]).toEqual(['live', 7, 1]);
  await says(live);
  expect(players).toHaveLength(1);
  // Who is behind sees it to its end.
  await says(nothing);
  expect(viewer.phase.current).toBe('live');
  players[0]?.events.onEnded();
  await settled();
  expect([viewer.phase.current, players[0]?.isClosed]).toEqual(['over', true]);
  await says(nothing);
  expect(viewer.phase.current).toBe('over');
  await says(live);
  expect([viewer.phase.current, players.length]).toEqual(['live', 2]);
});

test('where another has begun by the end of one, it is shown at once', async () => {
  const { viewer, players, says, looks } = aViewer();
  const phases: LivePhase[] = [];
  viewer.phase.subscribe((phase) => void phases.push(phase));
  await settled();
  await says(live);
  players[0]?.events.onEnded();
  await settled();
  expect([players.length, players[0]?.isClosed, players[1]?.isClosed]).toEqual([2, true, false]);
  expect(phases).toEqual(['live']);
  // There is one look to come, as always.
  expect(looks()).toBe(1);
});

test('a player that was replaced has no say any more', async () => {
  const { viewer, players, says } = aViewer();
  await settled();
  await says(live);
  players[0]?.events.onFailed();
  await says(live);
  for (const late of [players[0]?.events.onEnded, players[0]?.events.onFailed]) late?.();
  players[0]?.events.onNeed('play');
  await settled();
  expect([players.length, players[1]?.isClosed, viewer.need.current]).toEqual([2, false, 'nothing']);
});

test('an answer that comes after the page was left, or shown anew, counts for nothing', async () => {
  const asked: ((status: LiveStatus) => void)[] = [];
  const { viewer, players, detach } = aViewer({
    readStatus: () => new Promise((resolve) => void asked.push(resolve)),
  });
  detach();
  const again = viewer.attach({} as HTMLVideoElement);
  asked[0]?.(live);
  await settled();
  expect([viewer.phase.current, players.length]).toEqual(['waiting', 0]);
  asked[1]?.(live);
  await settled();
  expect([viewer.phase.current, players.length]).toEqual(['live', 1]);
  // The first one's end is not the second's.
  detach();
  expect(players[0]?.isClosed).toBe(false);
  again();
  expect(players[0]?.isClosed).toBe(true);
});

test('a player that fails is replaced, and so is one that stands still', async () => {
  const { viewer, players, says } = aViewer();
  await settled();
  await says(live);
  players[0]?.events.onFailed();
  expect(players[0]?.isClosed).toBe(true);
  await says(live);
  expect(players).toHaveLength(2);
  const [, second] = players;
  if (second === undefined) throw new Error('there is no second player');
  for (const position of [1, 2, 2, 2]) {
    second.position = position;
    await says(live);
  }
  expect(players).toHaveLength(2);
  // One that is paused may stand still.
  second.position = undefined;
  for (let looks = 0; looks < 5; looks += 1) await says(live);
  expect(players).toHaveLength(2);
  second.position = 3;
  for (let looks = 0; looks < 4; looks += 1) await says(live);
  expect([second.isClosed, players.length, viewer.phase.current]).toEqual([true, 3, 'live']);
});

test('a stream that is broken off without its end is over as soon as nothing comes any more', async () => {
  const { viewer, players, says } = aViewer();
  await settled();
  await says(live);
  players[0]?.events.onFailed();
  await says(nothing);
  expect(viewer.phase.current).toBe('over');
});

test('a server that does not answer is told only where nothing is shown', async () => {
  const { viewer, players, says } = aViewer();
  await settled();
  await says(undefined);
  expect(viewer.phase.current).toBe('unreachable');
  await says(live);
  await says(undefined);
  expect(viewer.phase.current).toBe('live');
  players[0]?.events.onFailed();
  await says(undefined);
  expect(viewer.phase.current).toBe('unreachable');
});

test('what the browser wants to be clicked is told, and passed on', async () => {
  const { viewer, players, says } = aViewer();
  await settled();
  await says(live);
  players[0]?.events.onNeed('sound');
  expect(viewer.need.current).toBe('sound');
  viewer.satisfy();
  expect(players[0]?.isSatisfied).toBe(true);
});

test('a page that is left asks for nothing more', async () => {
  const { players, says, detach } = aViewer();
  await settled();
  await says(live);
  detach();
  expect(players[0]?.isClosed).toBe(true);
  await says(live);
  expect(players).toHaveLength(1);
});
