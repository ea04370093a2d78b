/** The state of a link, made of the two states that the engine knows. */
import type { ConnectionStatus } from '@plenum/protocol';
import type { DtlsState, IceState } from 'mediasoup/types';

/**
 * `connected` means that media can flow: addresses are agreed and the keys too. The engine, being ICE-lite, only
 * answers checks; so a link is `checking` from its answer on until then, and `completed` is never used.
 */
export function linkStatus(ice: IceState, dtls: DtlsState, isAnswered: boolean): ConnectionStatus {
  if (ice === 'closed' || dtls === 'closed') return 'closed';
  if (dtls === 'failed') return 'failed';
  if (ice === 'disconnected') return 'disconnected';
  if (dtls === 'connected') return 'connected';
  return isAnswered ? 'checking' : 'new';
}
