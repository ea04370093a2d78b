import type { Capabilities } from '@plenum/protocol';

/** Whether there are to be links for media at all; the server judges in the same way. SPEC.md rule C15. */
export function isMediaWanted({ send, receive }: Capabilities): boolean {
  return [send.audio, send.video, receive.audio, receive.video].some(({ length }) => length > 0);
}
