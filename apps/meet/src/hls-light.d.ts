/** The light build has no types of its own: it is the whole without what a stream of one picture and one sound does not need. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
