/** What screen readers say by the way: who came, who shares a screen, whose hand is up, that one is back. */
import type { ConferenceClientApi, Participant, ParticipantId, Room, RoomState } from '@plenum/client';
import type { Chats } from './chats.ts';
import { sizeWords } from './file-words.ts';
import type { FilesModel } from './files.ts';
import type { Notices } from './notices.ts';
import type { Panels } from './panels.ts';
import type { Reactions } from './reactions.ts';
import { isSharing } from './shares.ts';
import { type Signal, signal } from './signal.ts';

export interface Announcements {
  readonly words: Signal<string>;
  close(): void;
}

export interface AnnouncementSources {
  readonly room: Pick<Room, 'participants' | 'permissions' | 'state' | 'waiting'>;
  readonly client: Pick<ConferenceClientApi, 'onNewParticipant' | 'onParticipantLeft'>;
  readonly chats: Pick<Chats, 'hint'>;
  readonly files: Pick<FilesModel, 'onOffered'>;
  readonly reactions: Pick<Reactions, 'words'>;
  readonly nameOf: (id: ParticipantId) => string | undefined;
  readonly panels: Pick<Panels, 'shown'>;
  readonly notices: Notices;
  /** Makes the sound of somebody at the door. */
  readonly knock: () => void;
}

export function createAnnouncements({
  room,
  client,
  chats,
  files,
  reactions,
  nameOf,
  panels,
  notices,
  knock,
}: AnnouncementSources): Announcements {
  const words = signal('');
  const say = (text: string) => words.set(text);
  // Moderators give the word: they see it too, wherever that tile is. A notice is read out by itself.
  const sayHands = (text: string) => (room.permissions.current.moderate ? notices.tell(text) : say(text));
  const stops = [
    client.onNewParticipant(({ name }) => say(`${name} joined`)),
    client.onParticipantLeft(({ name }) => say(`${name} left`)),
    watch(room.participants, (before, now) => {
      const raised = newHands(before, now).map(({ name }) => name);
      if (raised.length > 0) sayHands(`${raised.join(', ')} raised a hand`);
      else if (isOwnHandTaken(before, now)) say('Your hand is down');
    }),
    watch(room.participants, (before, now) => {
      const news = shareNews(before, now);
      if (news !== undefined) say(news);
    }),
    watch(room.state, (before, now) => {
      if (isAway(before) && now.name === 'connected') say('You are back');
    }),
    watch(room.waiting, (before, now) => {
      const newcomer = now.findLast(
        ({ participantId }) => !before.some((person) => person.participantId === participantId),
      );
      if (newcomer === undefined) return;
      knock();
      say(`${newcomer.name} wants to come in`);
    }),
    chats.hint.subscribe((hint) => {
      if (hint === undefined) return;
      say(`${hint.isPrivate ? 'Private message' : 'Message'} from ${hint.authorName}: ${hint.text}`);
    }),
    files.onOffered(({ from, name, size }) => {
      const title = `${nameOf(from) ?? 'Somebody'} offers you a file`;
      const about = `${name}, ${sizeWords(size)}`;
      if (panels.shown.current === 'chat') say(`${title}: ${about}`);
      else notices.tell(title, `${about}. It is in the chat.`, 'chat');
    }),
    panels.shown.subscribe((shown) => {
      if (shown === undefined) return;
      for (const { id, panel } of notices.items.current) if (panel === shown) notices.dismiss(id);
    }),
    reactions.words.subscribe((shown) => say(shown)),
  ];
  return {
    words,
    close() {
      for (const stop of stops) stop();
    },
  };
}

function watch<T>(source: Signal<T>, onChange: (before: T, now: T) => void): () => void {
  let before = source.current;
  return source.subscribe((now) => {
    const last = before;
    before = now;
    onChange(last, now);
  });
}

/** Of the last whose sharing began or ended; who left has been told of. */
function shareNews(before: readonly Participant[], now: readonly Participant[]): string | undefined {
  const was = new Set(before.filter(isSharing).map(({ id }) => id));
  const changed = now.findLast((person) => isSharing(person) !== was.has(person.id));
  if (changed === undefined) return undefined;
  const { name, isLocal } = changed;
  if (isLocal) return isSharing(changed) ? 'You are sharing your screen' : 'You stopped sharing your screen';
  return isSharing(changed) ? `${name} is sharing their screen` : `${name} stopped sharing their screen`;
}

function isAway(state: RoomState): boolean {
  return state.name === 'interrupted' || state.name === 'reconnecting' || state.name === 'waiting';
}

/** Others whose hand went up. */
function newHands(before: readonly Participant[], now: readonly Participant[]): readonly Participant[] {
  const wasUp = new Set(before.flatMap(({ id, hand }) => (hand === undefined ? [] : [id])));
  return now.filter(({ id, hand, isLocal }) => !isLocal && hand !== undefined && !wasUp.has(id));
}

function isOwnHandTaken(before: readonly Participant[], now: readonly Participant[]): boolean {
  const own = (people: readonly Participant[]) => people.find(({ isLocal }) => isLocal)?.hand;
  return own(before) !== undefined && own(now) === undefined;
}
