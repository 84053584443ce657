/** The part of hls.js without subtitles, several soundtracks and DRM; its package has types for the whole alone. */
declare module 'hls.js/light' {
  export { default } from 'hls.js'
}
