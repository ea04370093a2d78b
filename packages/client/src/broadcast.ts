/** What the server says of a room's broadcast, with the addresses for the audience. */
import type { BroadcastData, RoomId } from '@plenum/protocol';
import type { BroadcastState } from './room-output-types.ts';

/** @param serverUrl With its base path. */
export function viewBroadcast(
  broadcast: BroadcastData | undefined,
  { roomId, serverUrl }: { readonly roomId: RoomId; readonly serverUrl: string },
): BroadcastState | undefined {
  if (broadcast === undefined) return undefined;
  const room = encodeURIComponent(roomId);
  const address = (path: string) => {
    const url = new URL(path, serverUrl);
    url.protocol = url.protocol.replace('ws', 'http');
    if (broadcast.key !== undefined) url.searchParams.set('key', broadcast.key);
    return url.href;
  };
  return { ...broadcast, url: address(`${room}/live`), streamUrl: address(`live/${room}/index.m3u8`) };
}
