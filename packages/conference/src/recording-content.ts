/** What is to be recorded, by what was asked for. */
import { ConferenceError, type RecordingContent } from '@plenum/protocol';

/** What somebody said of it; what they did not say is as `RecordingContent` of the server. */
export type RecordingWish = Partial<{ readonly [Part in keyof RecordingContent]: boolean | undefined }>;

/** Where only one of the two was named the other is not recorded besides. @throws ConferenceError `bad-request` for nothing at all. */
export function contentOf({ composite, tracks }: RecordingWish, usual: RecordingContent): RecordingContent {
  if (composite === undefined && tracks === undefined) return usual;
  const content = { composite: composite ?? tracks !== true, tracks: tracks ?? false };
  if (!content.composite && !content.tracks) throw new ConferenceError('bad-request');
  return content;
}
