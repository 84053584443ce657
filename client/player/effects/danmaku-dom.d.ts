/** The DOM engine alone, which the package's own types describe only for its main entry. */
declare module 'danmaku/dist/esm/danmaku.dom.js' {
  export { default } from 'danmaku'
}
