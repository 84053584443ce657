const STORAGE_KEY = 'shelfcast.studio.devices'

/** Which devices the host used last in this browser, so that a reload comes back with the same. */
export interface Remembered {
  camera: string | null
  microphone: string | null
  cameraOn: boolean
  microphoneOn: boolean
}

const FRESH: Remembered = { camera: null, microphone: null, cameraOn: true, microphoneOn: true }

/** Takes only what has the right type; anything else in storage counts as not remembered. */
export function readRemembered(stored: string | null): Remembered {
  let value: unknown
  try {
    value = JSON.parse(stored ?? 'null')
  } catch {
    return FRESH
  }
  if (typeof value !== 'object' || value === null) return FRESH
  const text = (key: keyof Remembered) => {
    const found: unknown = Reflect.get(value, key)
    return typeof found === 'string' && found !== '' ? found : null
  }
  const on = (key: keyof Remembered) => Reflect.get(value, key) !== false
  return {
    camera: text('camera'),
    microphone: text('microphone'),
    cameraOn: on('cameraOn'),
    microphoneOn: on('microphoneOn'),
  }
}

export function recall(): Remembered {
  try {
    return readRemembered(localStorage.getItem(STORAGE_KEY))
  } catch {
    return FRESH // storage is forbidden here
  }
}

export function remember(change: Partial<Remembered>): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...recall(), ...change }))
  } catch {
    // Full or forbidden: the choice then lasts for this page.
  }
}
