import { createKeeper } from '../../kit/keep.ts'
import { storedObject } from '../../kit/stored-object.ts'

const keeper = createKeeper('shelfcast.studio.devices', () => localStorage)

/** Which devices the host used last in this browser, so that a reload comes back with the same. */
export interface Remembered {
  camera: string | null
  microphone: string | null
  cameraOn: boolean
  microphoneOn: boolean
}

/** Takes only what has the right type; anything else in storage counts as not remembered. */
export function readRemembered(stored: string | null): Remembered {
  const { camera, microphone, cameraOn, microphoneOn } = storedObject(stored)
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
  return {
    camera: text(camera),
    microphone: text(microphone),
    cameraOn: cameraOn !== false,
    microphoneOn: microphoneOn !== false,
  }
}

export const recall = (): Remembered => readRemembered(keeper.read())

export function remember(change: Partial<Remembered>): void {
  keeper.write(JSON.stringify({ ...recall(), ...change }))
}
