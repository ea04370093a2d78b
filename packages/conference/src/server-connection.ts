/** The server's half of a link to the media server, as it is at first: offer or answer, and slots with nobody in them yet. */
import type { HypertyRuntime } from '@plenum/hyperty';
import { type ConnectionData, type HypertyUrl, type RoomId, randomWord } from '@plenum/protocol';
import type { Participant } from './participant.ts';
import { describeLink } from './participant-link.ts';
import type { NewLink } from './room-media.ts';

export interface ServerConnectionContext {
  readonly roomId: RoomId;
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
}

export function reportServerConnection(
  { id, hypertyUrl }: Pick<Participant, 'id' | 'hypertyUrl'>,
  link: NewLink,
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
      status: link.type === 'offer' ? 'new' : 'checking',
      iceCandidates: [],
      ...describeLink(link),
    },
  });
}
