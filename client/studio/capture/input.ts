import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { audioConstraints, videoConstraints, type Wish } from './constraints.ts'
import { recall, remember } from './remembered.ts'
import { type Trouble, troubleOf } from './trouble.ts'

export type DeviceKind = 'camera' | 'microphone'

export interface DeviceChoice {
  id: string
  label: string
}

/** A kind of device: what there is, what is open, what went wrong. */
export interface Input {
  readonly kind: DeviceKind
  /** What the device gives; null while it is off or could not be opened. */
  readonly track: ReadonlySignal<MediaStreamTrack | null>
  /** Whether the host wants it on. */
  readonly on: ReadonlySignal<boolean>
  readonly trouble: ReadonlySignal<Trouble | null>
  readonly choices: ReadonlySignal<readonly DeviceChoice[]>
  readonly chosenId: ReadonlySignal<string | null>
}

/** An input with its handles, for `Capture`. */
export interface OpenInput extends Input {
  readonly on: Signal<boolean>
  readonly choices: Signal<readonly DeviceChoice[]>
  readonly trouble: Signal<Trouble | null>
  readonly constraints: (wish: Wish) => MediaStreamConstraints
  readonly remembered: () => string | null
  /** Takes a new track in the place of the former. */
  adopt(track: MediaStreamTrack): void
  fail(error: unknown): void
  release(): void
}

/** @param onLost the device went away by itself: unplugged, or taken by a phone call */
export function createInput(kind: DeviceKind, onLost: () => void): OpenInput {
  const track = signal<MediaStreamTrack | null>(null)
  const chosenId = signal<string | null>(null)
  const trouble = signal<Trouble | null>(null)
  const recalled = recall()

  const release = () => {
    track.peek()?.stop() // no `ended` event follows one's own stop
    track.value = null
  }
  return {
    kind,
    track,
    chosenId,
    trouble,
    on: signal(kind === 'camera' ? recalled.cameraOn : recalled.microphoneOn),
    choices: signal<readonly DeviceChoice[]>([]),
    constraints: (wish) =>
      kind === 'camera' ? { video: videoConstraints(wish) } : { audio: audioConstraints(wish) },
    remembered: () => recall()[kind],
    adopt(next) {
      track.peek()?.stop()
      next.addEventListener('ended', () => {
        if (track.peek() !== next) return
        track.value = null
        onLost()
      })
      track.value = next
      trouble.value = null
      chosenId.value = next.getSettings().deviceId ?? null
      if (chosenId.value) remember({ [kind]: chosenId.value })
    },
    fail(error) {
      release()
      trouble.value = troubleOf(error)
    },
    release,
  }
}
