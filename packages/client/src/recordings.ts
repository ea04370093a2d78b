/** What the server says of a room's recordings, with the addresses of their files. */
import type { ResultOf, RoomId } from '@plenum/protocol';
import type { Recording } from './room-output-types.ts';

/** @param serverUrl With its base path. */
export function viewRecordings(
  { recordings, token }: ResultOf<'listRecordings'>,
  { roomId, serverUrl }: { readonly roomId: RoomId; readonly serverUrl: string },
): readonly Recording[] {
  const address = (id: string, name: string) => {
    const url = new URL(`recordings/${encodeURIComponent(roomId)}/${id}/${name}`, serverUrl);
    url.protocol = url.protocol.replace('ws', 'http');
    url.searchParams.set('token', token);
    return url.href;
  };
  return recordings.map(({ files, ...recording }) => ({
    ...recording,
    parts: files.map((file) => ({ ...file, url: address(recording.id, file.name) })),
  }));
}
