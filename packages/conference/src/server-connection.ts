/** The server's half of a link to the media server, as it is at first: the offer, and slots with nobody in them yet. */
import type { HypertyRuntime } from '@plenum/hyperty';
import type { MediaConnection } from '@plenum/media';
import { type ConnectionData, type HypertyUrl, type RoomId, randomWord } from '@plenum/protocol';
import type { Participant } from './participant.ts';
import { describeOffer } from './participant-link.ts';

export interface ServerConnectionContext {
  readonly roomId: RoomId;
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
}

export function reportServerConnection(
  { id, hypertyUrl }: Pick<Participant, 'id' | 'hypertyUrl'>,
  media: MediaConnection,
  context: ServerConnectionContext,
) {
  const { runtime, conferenceUrl, roomId } = context;
  return runtime.syncher.create<ConnectionData>({
    // Of its own for each link: what is said of the end of one is not to be taken for another's.
    url: `connection://${runtime.domain}/conference/${id}-${randomWord(8)}`,
    reporter: conferenceUrl,
    schema: 'Connection',
    name: roomId,
    data: {
      scheme: 'connection',
      name: roomId,
      owner: conferenceUrl,
      peer: hypertyUrl,
      status: 'new',
      iceCandidates: [],
      ...describeOffer(media),
    },
  });
}
