/** The child objects of a room: its chat and other resources, its lobby, private chats. */
import type { DataObjectReporter, HypertyRuntime, Logger } from '@plenum/hyperty';
import type {
  CommunicationData,
  HypertyUrl,
  LobbyData,
  ParticipantId,
  ResourceCollection,
} from '@plenum/protocol';
import type { ConferenceLimits } from './limits.ts';
import { Lobby } from './lobby.ts';
import type { Participant } from './participant.ts';
import { mayDo } from './permissions.ts';
import { PrivateChats } from './private-chats.ts';
import { Resources } from './resources.ts';
import type { RoomRecord } from './room-store.ts';

export interface RoomChildrenContext {
  readonly runtime: HypertyRuntime;
  readonly communication: DataObjectReporter<CommunicationData>;
  readonly limits: ConferenceLimits;
  readonly logger: Logger;
  /** What everybody wrote before. */
  readonly kept: RoomRecord['resources'];
  readonly participantAt: (hypertyUrl: string) => Participant | undefined;
  readonly isPresent: (id: ParticipantId) => boolean;
  readonly onResourcesChanged: () => void;
}

export class RoomChildren {
  readonly resources: Resources;
  readonly lobby: Lobby;
  readonly privateChats: PrivateChats;
  readonly #resourceReport: DataObjectReporter<ResourceCollection>;
  readonly #lobbyReport: DataObjectReporter<LobbyData>;

  constructor(context: RoomChildrenContext) {
    const { runtime, communication, limits, logger, kept, participantAt, isPresent, onResourcesChanged } =
      context;
    const { clock, syncher } = runtime;
    this.resources = new Resources({
      clock,
      authorAt: participantAt,
      isModerated: true,
      maxContent: 500_000,
      onChanged: onResourcesChanged,
    });
    this.#resourceReport = syncher.createChild<ResourceCollection>(communication, 'resources', {
      schema: 'ResourceCollection',
      name: 'resources',
      data: { resources: { ...kept } },
      mayObserve: ({ from }) => participantAt(from) !== undefined,
      onRequest: (message) => this.resources.handle(message),
    });
    this.resources.keepIn(this.#resourceReport);
    this.#lobbyReport = syncher.createChild<LobbyData>(communication, 'lobby', {
      schema: 'Lobby',
      name: 'lobby',
      data: { waiting: {} },
      mayObserve: ({ from }) => isModerator(participantAt(from)),
    });
    this.lobby = new Lobby({ clock, limits, report: this.#lobbyReport });
    this.privateChats = new PrivateChats({
      runtime,
      communication,
      limits,
      chatterAt: participantAt,
      isPresent,
      logger,
    });
  }

  /** What somebody may do is another now. */
  handleLeaveChanged(participant: Participant): void {
    const { hypertyUrl } = participant;
    if (!isModerator(participant)) this.#lobbyReport.removeObserver(hypertyUrl);
  }

  /** A hyperty of the room has gone; its participant may come back. */
  handleLost({ id }: Participant, hypertyUrl: HypertyUrl): void {
    this.#resourceReport.removeObserver(hypertyUrl);
    this.#lobbyReport.removeObserver(hypertyUrl);
    this.privateChats.lose(id, hypertyUrl);
  }
}

function isModerator(participant: Participant | undefined): boolean {
  return participant !== undefined && mayDo(participant, 'observeLobby');
}
