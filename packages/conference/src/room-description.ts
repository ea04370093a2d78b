/** A room as its Communication object describes it. */
import type {
  CommunicationData,
  ParticipantData,
  Plan,
  RoomId,
  RoomSettings,
  Topology,
} from '@plenum/protocol';
import type { ConferenceLimits } from './limits.ts';

/** How media goes in a room of that topology at first. */
function planFor(topology: Topology): Plan {
  return topology === 'mesh' || topology === 'auto' ? 'mesh' : 'sfu';
}

/** Of the settings those that are to change. */
export type SettingsChange = { readonly [K in keyof RoomSettings]?: RoomSettings[K] | undefined };

/** What a room is set to, as far as nobody says otherwise. */
export function settingsFor(
  roomId: RoomId,
  given: SettingsChange,
  topology: Topology,
  { participantsPerRoom, meshMax }: Pick<ConferenceLimits, 'participantsPerRoom' | 'meshMax'>,
): RoomSettings {
  const most = topology === 'mesh' ? Math.min(meshMax, participantsPerRoom) : participantsPerRoom;
  const settings: RoomSettings = {
    title: roomId,
    isLocked: false,
    hasLobby: false,
    guests: 'welcome',
    capacity: most,
    defaultRole: 'participant',
    ...(withoutUndefined(given) as Partial<RoomSettings>),
  };
  return { ...settings, capacity: Math.min(settings.capacity, most) };
}

function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

/** A room that nobody has entered. */
export function describeRoom(
  roomId: RoomId,
  facts: { readonly now: string; readonly topology: Topology; readonly settings: RoomSettings },
): CommunicationData {
  const { now, topology, settings } = facts;
  return {
    scheme: 'comm',
    name: roomId,
    roomId,
    status: 'pending',
    startingTime: now,
    // When it changed last is in the object's metadata; to say it here too would double every delta.
    lastModified: now,
    topology,
    plan: planFor(topology),
    settings,
    children: ['resources'],
    participants: {},
  };
}

/** What of somebody's description is another now; a value of undefined is gone. */
export function changesBetween(
  before: ParticipantData,
  after: ParticipantData,
): readonly (readonly [attribute: keyof ParticipantData, value: unknown])[] {
  const attributes = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof ParticipantData>;
  return [...attributes]
    .filter((attribute) => !isSame(before[attribute], after[attribute]))
    .map((attribute) => [attribute, after[attribute]] as const);
}

/** Whether two values of JSON, a few levels deep, are the same. The order of keys does not count. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(Reflect.get(a, key), Reflect.get(b, key)))
  );
}
