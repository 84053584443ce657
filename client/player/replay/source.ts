import type Hls from 'hls.js/light'

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
): Promise<{ close(): void }> {
  const { default: HlsLight } = await import('hls.js/light')
  if (!HlsLight.isSupported()) return playNatively(video, of, onTrouble)
  // Its worker would be a blob, which our pages do not allow; without one there is enough time between two segments.
  const hls: Hls = new HlsLight({
    ...{ enableWorker: false, maxBufferLength: 30, backBufferLength: 60 },
    startPosition: of.fromMs / 1000,
  })
  let recovered = false
  hls.on(HlsLight.Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return
    if (type === HlsLight.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true
      hls.recoverMediaError()
    } else onTrouble()
  })
  hls.loadSource(of.url)
  hls.attachMedia(video)
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
