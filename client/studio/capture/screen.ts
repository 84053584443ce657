import { type ReadonlySignal, signal } from '@preact/signals'
import { troubleOf } from './trouble.ts'

/** The host's shared screen, window or tab. */
export interface Screen {
  readonly supported: boolean
  readonly track: ReadonlySignal<MediaStreamTrack | null>
  /** Asks what to share. Resolves false if it failed for another reason than that the host thought better of it. */
  start(): Promise<boolean>
  stop(): void
}

export function createScreen(): Screen {
  const track = signal<MediaStreamTrack | null>(null)
  // No phone has this; the type does not say so.
  const devices: Partial<MediaDevices> | undefined = navigator.mediaDevices

  const stop = () => {
    track.peek()?.stop()
    track.value = null
  }
  return {
    supported: typeof devices?.getDisplayMedia === 'function',
    track,
    async start() {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } } })
        const [chosen] = stream.getVideoTracks()
        if (!chosen) return false
        stop()
        chosen.contentHint = 'detail' // text is to stay sharp when bandwidth is short
        chosen.addEventListener('ended', () => {
          if (track.peek() === chosen) track.value = null // by the browser's own bar
        })
        track.value = chosen
        return true
      } catch (error) {
        return troubleOf(error) === 'denied'
      }
    },
    stop,
  }
}
