import type Hls from 'hls.js/light'

export interface LiveSource {
  /** The moment that is on the screen, in milliseconds since 1970 on the server's clock; null before there is one. */
  pictureAt(): number | null
  close(): void
}

/** Where the browser itself plays (iPhones), it dates its timeline. */
type DatedVideo = HTMLVideoElement & { getStartDate?: () => Date }

/** Plays a live playlist at its end: by hls.js, or where there is no MediaSource by the browser itself. */
export function playLive(video: HTMLVideoElement, url: string, onTrouble: () => void): LiveSource {
  let hls: Hls | null = null
  let closed = false
  import('hls.js/light').then(({ default: HlsLight }) => {
    if (closed) return
    if (!HlsLight.isSupported()) {
      video.addEventListener('error', onTrouble)
      video.src = url
      return
    }
    // Its worker would be a blob, which our pages do not allow.
    const one: Hls = new HlsLight({
      ...{ enableWorker: false, lowLatencyMode: true, backBufferLength: 10 },
      ...{ maxLiveSyncPlaybackRate: 1.1, liveMaxLatencyDuration: 10, liveSyncDuration: 2 },
    })
    one.on(HlsLight.Events.ERROR, (_event, { fatal, type }) => {
      if (!fatal) return
      if (type === HlsLight.ErrorTypes.MEDIA_ERROR && !recovered) {
        recovered = true
        one.recoverMediaError()
      } else onTrouble()
    })
    one.on(HlsLight.Events.MANIFEST_PARSED, () => void video.play().catch(() => undefined))
    one.loadSource(url)
    one.attachMedia(video)
    hls = one
  }, onTrouble)
  let recovered = false

  return {
    pictureAt() {
      if (hls) return hls.playingDate?.getTime() ?? null
      const start = (video as DatedVideo).getStartDate?.().getTime()
      return start === undefined || Number.isNaN(start) ? null : start + video.currentTime * 1000
    },
    close() {
      closed = true
      hls?.destroy()
      video.removeEventListener('error', onTrouble)
      video.removeAttribute('src')
      video.load()
    },
  }
}
