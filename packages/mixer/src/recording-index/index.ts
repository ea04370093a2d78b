/** The index of a recording: who was there, who spoke and what was shared, beside the files. Without FFmpeg. */
export { formatEntry, type IndexEntry, parseIndex } from './entries.ts';
export { IndexFile } from './index-file.ts';
export {
  type RecordedFile,
  type RecordedParticipant,
  type RecordingSummary,
  type Span,
  summarize,
} from './summary.ts';
