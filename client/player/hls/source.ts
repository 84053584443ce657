import type Hls from 'hls.js/light'
import { openHls } from '../hls-js.ts'
import { onStandstill } from './standstill.ts'

export interface LiveSource {
  /** The moment that is on the screen, in milliseconds since 1970 on the server's clock; null before there is one. */
  pictureAt(): number | null
  close(): void
}

export interface LiveHandlers {
  /** It cannot go on. */
  failed(): void
  /** The browser wants a tap before it plays. */
  blocked(): void
}

/** Where the browser itself plays, it dates its timeline. */
type DatedVideo = HTMLVideoElement & { getStartDate?: () => Date }

const LIVE = {
  ...{ lowLatencyMode: true, backBufferLength: 10 },
  ...{ maxLiveSyncPlaybackRate: 1.1, liveMaxLatencyDuration: 10, liveSyncDuration: 2 },
}

/** Plays a live playlist at its end. */
export function playLive(
  video: HTMLVideoElement,
  url: string,
  { failed, blocked }: LiveHandlers,
): LiveSource {
  let hls: Hls | null = null
  let closed = false
  const endWatch = onStandstill(video, failed)

  async function open(): Promise<void> {
    const opened = await openHls(video, url, LIVE, failed)
    if (closed) {
      opened?.destroy()
      return
    }
    hls = opened
    if (!hls) {
      video.addEventListener('error', failed)
      video.src = url
    }
    // What is closed meanwhile, or loads anew, is no refusal.
    await video.play().catch(({ name }: DOMException) => name === 'NotAllowedError' && blocked())
  }

  open().catch(failed)
  return {
    pictureAt() {
      if (hls) return hls.playingDate?.getTime() ?? null
      const start = (video as DatedVideo).getStartDate?.().getTime()
      return start === undefined || Number.isNaN(start) ? null : start + video.currentTime * 1000
    },
    close() {
      closed = true
      endWatch()
      hls?.destroy()
      video.removeEventListener('error', failed)
      video.removeAttribute('src')
      video.load()
    },
  }
}
