import { effect, type ReadonlySignal, signal } from '@preact/signals'

const FLOOR_DB = -60
const CEILING_DB = -6

/**
 * How loud samples are, from 0 (silence) to 1 (as loud as it should get), on a scale of decibels as ears have it.
 * @param samples between -1 and 1
 */
export function levelOf(samples: Float32Array): number {
  if (samples.length === 0) return 0
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const decibels = 10 * Math.log10(sum / samples.length)
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (CEILING_DB - FLOOR_DB)))
}

/** Louder than a room in which nobody speaks. */
const HEARD = 0.12
const SILENT_AFTER_MS = 5000

export interface Meter {
  /** From 0 to 1, new for each drawn frame. */
  readonly level: ReadonlySignal<number>
  /** True once nothing was heard for five seconds: the wrong device, perhaps, or its own switch is off. */
  readonly silent: ReadonlySignal<boolean>
}

/** A level meter for the track that a signal holds. */
export function createMeter(track: ReadonlySignal<MediaStreamTrack | null>): Meter {
  const level = signal(0)
  const silent = signal(false)
  effect(() => {
    level.value = 0
    silent.value = false
    if (!track.value) return
    let heardAt = performance.now()
    return watchLevel(track.value, (next) => {
      const now = performance.now()
      if (next > HEARD) heardAt = now
      level.value = next
      silent.value = now - heardAt > SILENT_AFTER_MS
    })
  })
  return { level, silent }
}

/**
 * Measures a microphone once per drawn frame, for as long as the page is seen.
 * @returns what ends it
 */
function watchLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const context = new AudioContext()
  const source = context.createMediaStreamSource(new MediaStream([track]))
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)

  // Browsers start audio on a page that has not been touched only sometimes; the first touch wakes it.
  const wake = () => void context.resume().catch(() => undefined)
  wake()
  addEventListener('pointerdown', wake)
  addEventListener('keydown', wake)

  let frame = requestAnimationFrame(function measure() {
    frame = requestAnimationFrame(measure)
    if (context.state !== 'running') return
    analyser.getFloatTimeDomainData(samples)
    onLevel(levelOf(samples))
  })
  return () => {
    cancelAnimationFrame(frame)
    removeEventListener('pointerdown', wake)
    removeEventListener('keydown', wake)
    void context.close().catch(() => undefined)
  }
}
