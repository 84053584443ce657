import type Hls from 'hls.js/light'

/** Plays a playlist in a video element: by hls.js, or where there is no MediaSource (iPhones) by the browser itself. */
export async function playFrom(
  video: HTMLVideoElement,
  url: string,
  onTrouble: () => void,
): Promise<{ close(): void }> {
  const { default: HlsLight } = await import('hls.js/light')
  if (!HlsLight.isSupported()) return playNatively(video, url, onTrouble)
  // Its worker would be a blob, which our pages do not allow; without one there is enough time between two segments.
  const hls: Hls = new HlsLight({ enableWorker: false, maxBufferLength: 30, backBufferLength: 60 })
  let recovered = false
  hls.on(HlsLight.Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return
    if (type === HlsLight.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true
      hls.recoverMediaError()
    } else onTrouble()
  })
  hls.loadSource(url)
  hls.attachMedia(video)
  return { close: () => hls.destroy() }
}

function playNatively(video: HTMLVideoElement, url: string, onTrouble: () => void) {
  video.addEventListener('error', onTrouble)
  video.src = url
  return {
    close() {
      video.removeEventListener('error', onTrouble)
      video.removeAttribute('src')
      video.load()
    },
  }
}
