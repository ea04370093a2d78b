/** For tests of those who record, and for measurements: what is in a file, who sends, and who looks and listens. */
export { type ReadMedia, type ReadTrack, readMedia } from './read-media.ts';
export { RecordedPerson, type Recording, record, type Ssrcs, voiceMs } from './recorded-person.ts';
export { type Onset, Watcher } from './watcher.ts';
