/** For tests of those who record: what is in a file. */
export { type ReadMedia, type ReadTrack, readMedia } from './read-media.ts';
