import { openHls } from '../hls-js.ts'

interface Played {
  readonly url: string
  /** Where it begins. */
  readonly fromMs: number
}

/** Plays a playlist in a video element: by hls.js, or where there is no MediaSource (iPhones) by the browser itself. */
export async function playFrom(
  video: HTMLVideoElement,
  of: Played,
  onTrouble: () => void,
  bufferS = 30,
): Promise<{ close(): void }> {
  const config = { maxBufferLength: bufferS, backBufferLength: 2 * bufferS, startPosition: of.fromMs / 1000 }
  const hls = await openHls(video, of.url, config, onTrouble)
  if (!hls) return playNatively(video, of, onTrouble)
  return { close: () => hls.destroy() }
}

function playNatively(video: HTMLVideoElement, { url, fromMs }: Played, onTrouble: () => void) {
  video.addEventListener('error', onTrouble)
  video.src = url
  if (fromMs > 0)
    video.addEventListener('loadedmetadata', () => (video.currentTime = fromMs / 1000), { once: true })
  return {
    close() {
      video.removeEventListener('error', onTrouble)
      video.removeAttribute('src')
      video.load()
    },
  }
}
