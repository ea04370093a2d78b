/** The call as the views see it: tiles and their places, and the models of everything around them. */
import {
  type ConferenceClientApi,
  createBroadcastKey,
  type Participant,
  type ParticipantId,
  type Room,
  type RoomState,
} from '@plenum/client';
import { createAnnouncements } from './announcements.ts';
import { type BroadcastModel, createBroadcast } from './broadcast.ts';
import { type Chats, createChats } from './chats.ts';
import { type CompositeModel, createComposite } from './composite.ts';
import type { DevicesModel } from './devices.ts';
import { createFiles, type FilesModel } from './files.ts';
import { createGuestLinkModel, type GuestLinkModel } from './guest-link.ts';
import { createModeration, type Moderation } from './moderation.ts';
import { createNames, type Names } from './names.ts';
import { createNotices, type Notices } from './notices.ts';
import { createOwnPart, type OwnPart } from './own-part.ts';
import { createPanels, type Panels } from './panels.ts';
import { listPeople, type PersonRow, sameRow } from './people.ts';
import type { Preferences } from './preferences.ts';
import { createReactions, type Reactions } from './reactions.ts';
import { createRecording, type RecordingModel } from './recording.ts';
import { createRingingModel, type RingingModel } from './ringing.ts';
import { type CallLayout, layOutCall } from './share-layout.ts';
import { createShares, type Shares } from './shares.ts';
import { derived, type Signal, sameItems, signal, type WritableSignal } from './signal.ts';
import { type AudioPlayer, createSound, type Sound } from './sound.ts';
import type { Size } from './stage-layout.ts';
import { createTile, type TileModel } from './tile.ts';

export interface CallModel {
  readonly room: Room;
  readonly devices: DevicesModel;
  /** The others, in order of joining. */
  readonly others: Signal<readonly TileModel[]>;
  readonly self: TileModel;
  /** Everybody, oneself included. */
  readonly count: Signal<number>;
  readonly shares: Shares;
  /** Everybody as one picture, instead of tiles. */
  readonly composite: CompositeModel;
  readonly layout: Signal<CallLayout>;
  readonly roomState: Signal<RoomState>;
  readonly sound: Sound;
  /** For screen readers: who came and went, and what else happens beside the picture. */
  readonly announcement: Signal<string>;
  readonly panels: Panels;
  readonly chats: Chats;
  readonly files: FilesModel;
  readonly reactions: Reactions;
  /** Everybody, as the list shows them. A row keeps its identity while it shows the same. */
  readonly people: Signal<readonly PersonRow[]>;
  readonly names: Names;
  readonly moderation: Moderation;
  readonly recording: RecordingModel;
  readonly broadcast: BroadcastModel;
  readonly own: OwnPart;
  readonly guestLink: GuestLinkModel;
  readonly ringing: RingingModel;
  readonly notices: Notices;
  /** Offers files to everybody, or to whom the chat is with that is in view. */
  sendFiles(files: Iterable<File>): void;
  /** The space for the tiles, as measured by the view. */
  setStage(size: Size): void;
  turnPage(by: number): void;
  close(): void;
}

export interface CallOptions {
  readonly room: Room;
  readonly client: Pick<ConferenceClientApi, 'onNewParticipant' | 'onParticipantLeft' | 'invite' | 'userUrl'>;
  readonly devices: DevicesModel;
  readonly preferences: Preferences;
  readonly createPlayer: () => AudioPlayer;
  /** Makes the sound of somebody at the door. */
  readonly knock: (speakerId: string) => void;
  readonly pixelRatio: () => number;
}

export function createCall(options: CallOptions): CallModel {
  const { room, devices, preferences } = options;
  const { participants, speaking } = room;
  const people = derived(
    [participants],
    () => new Map(participants.current.map((person) => [person.id, person])),
  );
  const around = createSurroundings(options);
  const { chats, files, panels, reactions } = around.models;
  const tileSources = { people, speaking, reactions };
  const others = derived([participants], tilesOfOthers(participants, tileSources), sameItems);
  const stage = signal<Size>({ width: 0, height: 0 });
  const page = signal(0);
  const shares = createShares(participants, people);
  const layout = layoutOf(preferences, { stage, page, others, shares });
  const sound = createSound({
    tracks: derived(
      [participants, room.composite],
      () => audioTracks(participants.current, room.composite.current?.sound),
      sameEntries,
    ),
    speakerId: devices.media.speakerId,
    createPlayer: options.createPlayer,
  });
  const visible = derived(
    [layout, others],
    () => heightsOf(layout.current, others.current, options),
    sameEntries,
  );
  const tellVisible = (heights: ReadonlyMap<ParticipantId, number>) => room.setVisible(heights);
  const stopTelling = visible.subscribe(tellVisible);
  const composite = createComposite({ room, notices: around.models.notices });

  return {
    room,
    devices,
    others,
    self: selfTile(room, devices, tileSources),
    count: derived([participants], () => participants.current.length),
    shares,
    composite,
    layout,
    roomState: room.state,
    sound,
    ...around.models,
    sendFiles(chosen) {
      const isInView = panels.shown.current === 'chat';
      files.send(chosen, isInView ? chats.shown.current.participantId : undefined);
      panels.open('chat');
    },
    setStage(size) {
      stage.set(size);
    },
    turnPage(by) {
      page.set(Math.max(0, Math.min(layout.current.pageCount - 1, layout.current.page + by)));
    },
    close() {
      stopTelling();
      composite.close();
      around.close();
      sound.close();
    },
  };
}

type Surroundings = Pick<
  CallModel,
  | 'announcement'
  | 'panels'
  | 'chats'
  | 'files'
  | 'reactions'
  | 'people'
  | 'names'
  | 'moderation'
  | 'recording'
  | 'broadcast'
  | 'own'
  | 'guestLink'
  | 'ringing'
  | 'notices'
>;

/** What is around the picture. None of it makes a tile draw anew. */
function createSurroundings({ room, client, devices, knock }: CallOptions): {
  readonly models: Surroundings;
  close(): void;
} {
  const notices = createNotices();
  const panels = createPanels();
  const names = createNames(room.participants);
  const chats = createChats({ room, panels, notices });
  const own = createOwnPart({ room, devices, notices, nameOf: names.of });
  const files = createFiles({ room, notices });
  const reactions = createReactions({ room, nameOf: names.of, after });
  const announcements = createAnnouncements({
    room,
    client,
    chats,
    files,
    reactions,
    nameOf: names.of,
    panels,
    notices,
    knock: () => knock(devices.media.speakerId.current),
  });
  const models = {
    announcement: announcements.words,
    panels,
    chats,
    files,
    reactions,
    people: rowsOf(room),
    names,
    moderation: createModeration(room, notices),
    recording: createRecording({ room, notices }),
    broadcast: createBroadcast({ room, notices, key: createBroadcastKey() }),
    own,
    guestLink: createGuestLinkModel(client, room.id),
    ringing: createRingingModel(client, room.id),
    notices,
  };
  return {
    models,
    close() {
      for (const model of [
        announcements,
        own,
        chats,
        files,
        reactions,
        names,
        models.ringing,
        models.recording,
        models.broadcast,
      ])
        model.close();
    },
  };
}

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

function rowsOf({ participants, permissions }: Room): Signal<readonly PersonRow[]> {
  let last: readonly PersonRow[] = [];
  return derived(
    [participants, permissions],
    () => {
      const before = new Map(last.map((row) => [row.id, row]));
      last = listPeople(participants.current, permissions.current).map((row) => {
        const known = before.get(row.id);
        return known !== undefined && sameRow(known, row) ? known : row;
      });
      return last;
    },
    sameItems,
  );
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
  readonly shares: Shares;
}

function layoutOf(
  { values }: Preferences,
  { stage, page, others, shares }: LayoutSources,
): Signal<CallLayout> {
  const sources = derived(
    [stage, page, others, values, shares.all, shares.enlarged],
    () =>
      [
        stage.current,
        page.current,
        others.current.length,
        values.current.selfCorner,
        shares.all.current.length,
        shares.enlarged.current,
      ] as const,
    sameItems,
  );
  let last: { key: readonly unknown[]; layout: CallLayout } | undefined;
  return derived([sources], () => {
    const key = sources.current;
    if (last?.key !== key) {
      const [size, pageNumber, count, corner, screens, enlarged] = key;
      const around = { stage: size, page: pageNumber, others: count, corner };
      last = { key, layout: layOutCall({ ...around, shares: screens, enlarged }) };
    }
    return last.layout;
  });
}

/** Voices, and what is heard on screens; or what goes with the one picture of everybody. */
function audioTracks(
  participants: readonly Participant[],
  composite: MediaStreamTrack | undefined,
): ReadonlyMap<string, MediaStreamTrack> {
  const entries = participants
    .filter(({ isLocal }) => !isLocal)
    .flatMap(({ id, microphone, screenAudio }) => [
      [id, microphone?.track] as const,
      [`${id} screen`, screenAudio?.track] as const,
    ]);
  return new Map(
    [...entries, ['composite', composite] as const].flatMap(([key, track]) =>
      track === undefined ? [] : [[key, track]],
    ),
  );
}

function heightsOf(
  layout: CallLayout,
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
