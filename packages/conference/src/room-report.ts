/** A room's Communication object, as it is before anybody enters: as it was made, or as it was before. */
import type { CommunicationData, RoomId } from '@plenum/protocol';
import type { RoomContext, RoomOptions } from './room-context.ts';
import { describeRoom, settingsFor } from './room-description.ts';
import type { RoomRecord } from './room-store.ts';

export function reportRoom(
  id: RoomId,
  options: RoomOptions,
  record: RoomRecord | undefined,
  context: Pick<RoomContext, 'runtime' | 'conferenceUrl' | 'limits' | 'defaultSettings'>,
) {
  const { runtime, conferenceUrl, limits, defaultSettings } = context;
  const topology = options.topology ?? record?.topology ?? 'sfu';
  const given = { ...defaultSettings, ...record?.settings, ...options.settings };
  return runtime.syncher.create<CommunicationData>({
    url: `comm://${runtime.domain}/${encodeURIComponent(id)}`,
    reporter: conferenceUrl,
    schema: 'Communication',
    name: id,
    data: describeRoom(id, {
      now: runtime.clock.isoTime(),
      topology,
      settings: settingsFor(id, given, topology, limits),
    }),
  });
}
