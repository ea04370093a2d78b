/** What one may do to somebody in the room, in words. The server decides; this is for the menus. */
import type { Participant, Role, Room, RoomPermissions } from '@plenum/client';

/** Those of `personActions` that need no more questions. */
export type DirectAction =
  | 'mute'
  | 'stop-video'
  | 'stop-screen'
  | 'allow-speaking'
  | 'forbid-speaking'
  | 'lower-hand'
  | 'make-owner'
  | 'make-moderator'
  | 'make-participant'
  | 'make-listener';

export type PersonAction = DirectAction | 'message' | 'remove';

/** In the order of the menu. Oneself has the bar. */
export function personActions(person: Participant, permissions: RoomPermissions): readonly PersonAction[] {
  if (person.isLocal) return [];
  return [
    ...(permissions.chat ? (['message'] as const) : []),
    ...(permissions.moderate ? moderatorActions(person, permissions) : []),
  ];
}

function moderatorActions(person: Participant, { own }: RoomPermissions): readonly PersonAction[] {
  const { microphone, camera, screen, hand, role, mayPublish } = person;
  const isBelow = own || role !== 'owner';
  const offers: readonly (readonly [boolean, PersonAction])[] = [
    [microphone?.muted === false, 'mute'],
    [camera?.muted === false, 'stop-video'],
    [screen?.muted === false, 'stop-screen'],
    [isBelow && !mayPublish.includes('microphone'), 'allow-speaking'],
    [isBelow && mayPublish.includes('microphone'), 'forbid-speaking'],
    [hand !== undefined, 'lower-hand'],
    [own && role !== 'owner', 'make-owner'],
    [own && role !== 'moderator', 'make-moderator'],
    [mayChangeTo('participant', role, own), 'make-participant'],
    [mayChangeTo('listener', role, own), 'make-listener'],
    [isBelow, 'remove'],
  ];
  return offers.flatMap(([isOffered, action]) => (isOffered ? [action] : []));
}

/** Moderators who do not own the room change only between participants and listeners. */
function mayChangeTo(wanted: 'participant' | 'listener', role: Role, own: boolean): boolean {
  return role !== wanted && (own || role === 'participant' || role === 'listener');
}

export const roleWords: Readonly<Record<Role, string>> = {
  owner: 'Host',
  moderator: 'Moderator',
  participant: '',
  listener: 'Listener',
};

/** With the name in it, so that no menu item is called as a button of the bar is. */
export function actionWords(action: PersonAction, name: string): string {
  switch (action) {
    case 'message':
      return `Message ${name} privately`;
    case 'mute':
      return `Mute ${name}`;
    case 'stop-video':
      return `Stop ${name}’s video`;
    case 'stop-screen':
      return `Stop ${name}’s screen`;
    case 'allow-speaking':
      return `Allow ${name} to speak`;
    case 'forbid-speaking':
      return `Do not allow ${name} to speak`;
    case 'lower-hand':
      return `Lower ${name}’s hand`;
    case 'make-owner':
      return `Make ${name} a host`;
    case 'make-moderator':
      return `Make ${name} a moderator`;
    case 'make-participant':
      return `Make ${name} a participant`;
    case 'make-listener':
      return `Make ${name} a listener`;
    case 'remove':
      return `Remove ${name}…`;
  }
}

/** Title of the notice when it does not work. */
export function actionFailure(action: DirectAction, name: string): string {
  switch (action) {
    case 'mute':
      return `${name} could not be muted`;
    case 'stop-video':
      return `${name}’s video could not be stopped`;
    case 'stop-screen':
      return `${name}’s screen could not be stopped`;
    case 'lower-hand':
      return `${name}’s hand could not be lowered`;
    case 'allow-speaking':
    case 'forbid-speaking':
      return `What ${name} may do could not be changed`;
    default:
      return `${name}’s role could not be changed`;
  }
}

export type ModeratedRoom = Pick<Room, 'mute' | 'allowSources' | 'raiseHand' | 'setRole'>;

/** Asks the server for it. */
export function askFor(
  action: DirectAction,
  { id, mayPublish }: Participant,
  room: ModeratedRoom,
): Promise<void> {
  switch (action) {
    case 'mute':
      return room.mute(id, 'microphone');
    case 'stop-video':
      return room.mute(id, 'camera');
    case 'stop-screen':
      return room.mute(id, 'screen');
    case 'allow-speaking':
      return room.allowSources(id, [...mayPublish, 'microphone']);
    case 'forbid-speaking':
      return room.allowSources(
        id,
        mayPublish.filter((source) => source !== 'microphone'),
      );
    case 'lower-hand':
      return room.raiseHand(false, id);
    case 'make-owner':
      return room.setRole(id, 'owner');
    case 'make-moderator':
      return room.setRole(id, 'moderator');
    case 'make-participant':
      return room.setRole(id, 'participant');
    case 'make-listener':
      return room.setRole(id, 'listener');
  }
}
