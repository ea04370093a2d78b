/** The call as the views see it: tiles, their places, and what to tell. */
import type { ConferenceClientApi, Participant, ParticipantId, Room, RoomState } from '@plenum/client';
import type { DevicesModel } from './devices.ts';
import type { Preferences } from './preferences.ts';
import { derived, type Signal, sameItems, signal, type WritableSignal } from './signal.ts';
import { type AudioPlayer, createSound, type Sound } from './sound.ts';
import { layOutStage, type Size, type StageLayout } from './stage-layout.ts';
import { createTile, type TileModel } from './tile.ts';

export interface CallModel {
  readonly room: Room;
  readonly devices: DevicesModel;
  /** The others, in order of joining. */
  readonly others: Signal<readonly TileModel[]>;
  readonly self: TileModel;
  /** Everybody, oneself included. */
  readonly count: Signal<number>;
  readonly layout: Signal<StageLayout>;
  readonly roomState: Signal<RoomState>;
  readonly sound: Sound;
  /** For screen readers: who came and went. */
  readonly announcement: Signal<string>;
  /** The space for the tiles, as measured by the view. */
  setStage(size: Size): void;
  turnPage(by: number): void;
  close(): void;
}

export interface CallOptions {
  readonly room: Room;
  readonly client: Pick<ConferenceClientApi, 'onNewParticipant' | 'onParticipantLeft'>;
  readonly devices: DevicesModel;
  readonly preferences: Preferences;
  readonly createPlayer: () => AudioPlayer;
  readonly pixelRatio: () => number;
}

export function createCall(options: CallOptions): CallModel {
  const { room, client, devices, preferences } = options;
  const { participants, speaking } = room;
  const people = derived(
    [participants],
    () => new Map(participants.current.map((person) => [person.id, person])),
  );
  const others = derived([participants], tilesOfOthers(participants, { people, speaking }), sameItems);
  const stage = signal<Size>({ width: 0, height: 0 });
  const page = signal(0);
  const layout = layoutOf(preferences, { stage, page, others });
  const sound = createSound({
    tracks: derived([participants], () => audioTracks(participants.current), sameEntries),
    speakerId: devices.media.speakerId,
    createPlayer: options.createPlayer,
  });
  const announcement = signal('');
  const visible = derived(
    [layout, others],
    () => heightsOf(layout.current, others.current, options),
    sameEntries,
  );
  const tellVisible = (heights: ReadonlyMap<ParticipantId, number>) => room.setVisible(heights);
  const stops = [
    visible.subscribe(tellVisible),
    client.onNewParticipant(({ name }) => announcement.set(`${name} joined`)),
    client.onParticipantLeft(({ name }) => announcement.set(`${name} left`)),
  ];

  return {
    room,
    devices,
    others,
    self: selfTile(room, devices, { people, speaking }),
    count: derived([participants], () => participants.current.length),
    layout,
    roomState: room.state,
    sound,
    announcement,
    setStage(size) {
      stage.set(size);
    },
    turnPage(by) {
      page.set(Math.max(0, Math.min(layout.current.pageCount - 1, layout.current.page + by)));
    },
    close() {
      for (const stop of stops) stop();
      sound.close();
    },
  };
}

/** A participant keeps the tile model it got first, so that views can rely on its identity. */
function tilesOfOthers(
  participants: Signal<readonly Participant[]>,
  sources: Parameters<typeof createTile>[1],
): () => readonly TileModel[] {
  const known = new Map<ParticipantId, TileModel>();
  return () => {
    const here = participants.current.filter(({ isLocal }) => !isLocal);
    const ids = new Set(here.map(({ id }) => id));
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    return here.map(({ id }) => {
      const tile = known.get(id) ?? createTile(id, sources);
      known.set(id, tile);
      return tile;
    });
  };
}

/** One's own tile shows the devices directly: at once, and while the connection is interrupted too. */
function selfTile(room: Room, devices: DevicesModel, sources: Parameters<typeof createTile>[1]): TileModel {
  const { camera } = devices.media;
  return {
    ...createTile(room.localParticipantId, sources),
    isLocal: true,
    isMuted: derived([devices.isMicrophoneOn], () => !devices.isMicrophoneOn.current),
    picture: derived([camera], () => (camera.current.name === 'on' ? camera.current.track : undefined)),
  };
}

interface LayoutSources {
  readonly stage: WritableSignal<Size>;
  readonly page: Signal<number>;
  readonly others: Signal<readonly TileModel[]>;
}

function layoutOf({ values }: Preferences, { stage, page, others }: LayoutSources): Signal<StageLayout> {
  const sources = derived(
    [stage, page, others, values],
    () => [stage.current, page.current, others.current.length, values.current.selfCorner] as const,
    sameItems,
  );
  let last: { key: readonly unknown[]; layout: StageLayout } | undefined;
  return derived([sources], () => {
    const key = sources.current;
    if (last?.key !== key) {
      const [size, pageNumber, count, corner] = key;
      last = { key, layout: layOutStage({ stage: size, page: pageNumber, others: count, corner }) };
    }
    return last.layout;
  });
}

function audioTracks(participants: readonly Participant[]): ReadonlyMap<string, MediaStreamTrack> {
  const entries = participants.flatMap(({ id, isLocal, microphone }) =>
    !isLocal && microphone?.track !== undefined ? [[id, microphone.track] as const] : [],
  );
  return new Map(entries);
}

function heightsOf(
  layout: StageLayout,
  others: readonly TileModel[],
  { pixelRatio }: Pick<CallOptions, 'pixelRatio'>,
): ReadonlyMap<ParticipantId, number> {
  const ratio = pixelRatio();
  const onPage = others.slice(layout.firstTile, layout.firstTile + layout.tiles.length);
  return new Map(onPage.map(({ id }, index) => [id, Math.round((layout.tiles[index]?.height ?? 0) * ratio)]));
}

function sameEntries<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.has(key) && Object.is(b.get(key), value));
}
