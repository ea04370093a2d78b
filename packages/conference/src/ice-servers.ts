/** STUN and TURN servers for those in a room: where they come from is not the conference's to know. */
import type { IssuedIceServers, ParticipantId } from '@plenum/protocol';

/** What one participant is told now, with credentials of their own. Asked at every join and whenever they are to be renewed. */
export type IssueIceServers = (participantId: ParticipantId) => IssuedIceServers;

/** Where the media server can be reached without any. */
export const issueNoIceServers: IssueIceServers = () => ({ iceServers: [] });
