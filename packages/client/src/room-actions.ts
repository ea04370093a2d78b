/** What one asks of the conference server while in a room: one line for each request. */
import type { ConferenceMethod, ParamsOf, ResultOf } from '@plenum/protocol';
import type { Room } from './conference-client-types.ts';
import type { Recording } from './room-output-types.ts';

export type RoomActions = Pick<
  Room,
  | 'raiseHand'
  | 'mute'
  | 'allowSources'
  | 'setRole'
  | 'remove'
  | 'admit'
  | 'refuse'
  | 'changeSettings'
  | 'startRecording'
  | 'stopRecording'
  | 'recordings'
  | 'startBroadcast'
  | 'stopBroadcast'
  | 'closeForAll'
>;

type Ask = <M extends ConferenceMethod>(
  method: M,
  params: Omit<ParamsOf<M>, 'roomId'>,
) => Promise<ResultOf<M>>;

export function createRoomActions(
  ask: Ask,
  viewRecordings: (answer: ResultOf<'listRecordings'>) => readonly Recording[],
): RoomActions {
  const tell: (...request: Parameters<Ask>) => Promise<void> = async (method, params) => {
    await ask(method, params);
  };
  return {
    raiseHand: (isRaised, participantId) => tell('raiseHand', { isRaised, participantId }),
    mute: (participantId, source) => tell('muteParticipant', { participantId, source }),
    allowSources: (participantId, sources) => tell('allowSources', { participantId, sources: [...sources] }),
    setRole: (participantId, role) => tell('setRole', { participantId, role }),
    remove: (participantId, { reason, isBanned = false } = {}) =>
      tell('removeParticipant', { participantId, reason, isBanned }),
    admit: (participantId) => tell('decideAdmission', { participantId, isAdmitted: true }),
    refuse: (participantId, reason) => tell('decideAdmission', { participantId, isAdmitted: false, reason }),
    changeSettings: (settings) => tell('changeSettings', { settings }),
    startRecording: ({ composite, tracks } = {}) => tell('startRecording', { composite, tracks }),
    stopRecording: () => tell('stopRecording', {}),
    recordings: async () => viewRecordings(await ask('listRecordings', {})),
    startBroadcast: ({ key } = {}) => tell('startBroadcast', { key }),
    stopBroadcast: () => tell('stopBroadcast', {}),
    closeForAll: (reason) => tell('closeRoom', { reason }),
  };
}
