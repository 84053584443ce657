import { type ReadonlySignal, signal } from '@preact/signals'
import { troubleOf } from './trouble.ts'

/** The host's shared screen, window or tab. */
export interface Screen {
  readonly supported: boolean
  readonly track: ReadonlySignal<MediaStreamTrack | null>
  /** What is heard of it, where the browser and the host share that too. */
  readonly sound: ReadonlySignal<MediaStreamTrack | null>
  /** Asks what to share. Resolves false if it failed for another reason than that the host thought better of it. */
  start(): Promise<boolean>
  stop(): void
}

export function createScreen(): Screen {
  const track = signal<MediaStreamTrack | null>(null)
  const sound = signal<MediaStreamTrack | null>(null)
  // No phone has this; the type does not say so.
  const devices: Partial<MediaDevices> | undefined = navigator.mediaDevices

  const stop = () => {
    for (const one of [track, sound]) {
      one.peek()?.stop()
      one.value = null
    }
  }
  return {
    supported: typeof devices?.getDisplayMedia === 'function',
    track,
    sound,
    async start() {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({
          video: { frameRate: { max: 15 } },
          audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false }, // it is music as often as not
        })
        const [chosen] = stream.getVideoTracks()
        if (!chosen) return false
        stop()
        chosen.contentHint = 'detail' // text is to stay sharp when bandwidth is short
        chosen.addEventListener('ended', () => {
          if (track.peek() === chosen) stop() // by the browser's own bar
        })
        track.value = chosen
        sound.value = stream.getAudioTracks()[0] ?? null
        return true
      } catch (error) {
        return troubleOf(error) === 'denied'
      }
    },
    stop,
  }
}
