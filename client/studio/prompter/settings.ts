import { type Signal, signal } from '@preact/signals'
import { createKeeper } from '../../kit/keep.ts'
import { storedObject } from '../../kit/stored-object.ts'

export const SPEED_MAX = 12
export const SIZE_MAX = 6

/** How this device's teleprompter stands. */
export interface Settings {
  open: boolean
  /** 1 to SPEED_MAX */
  speed: number
  /** 1 to SIZE_MAX */
  size: number
  /** For the glass in front of a lens, which mirrors once more. */
  mirrored: boolean
  /** Whether single keys steer it. */
  keys: boolean
}

const FRESH: Settings = { open: false, speed: 3, size: 3, mirrored: false, keys: true }

/** Takes only what has the right type and bounds; anything else in storage counts as not kept. */
export function readSettings(stored: string | null): Settings {
  const kept = storedObject(stored)
  const flag = (key: 'open' | 'mirrored' | 'keys') => {
    const found = kept[key]
    return typeof found === 'boolean' ? found : FRESH[key]
  }
  const step = (key: 'speed' | 'size', max: number) => {
    const found = kept[key]
    return typeof found === 'number' && Number.isInteger(found) && found >= 1 && found <= max
      ? found
      : FRESH[key]
  }
  return {
    open: flag('open'),
    speed: step('speed', SPEED_MAX),
    size: step('size', SIZE_MAX),
    mirrored: flag('mirrored'),
    keys: flag('keys'),
  }
}

const keeper = createKeeper('shelfcast.studio.prompter', () => localStorage)

/** The teleprompter of this device: what is chosen outlives the page. */
export interface Prompter {
  readonly settings: Signal<Settings>
  /** Whether the text moves. */
  readonly playing: Signal<boolean>
  change(change: Partial<Omit<Settings, 'speed' | 'size'>>): void
  faster(steps: 1 | -1): void
  larger(steps: 1 | -1): void
}

export function createPrompter(): Prompter {
  const settings = signal(readSettings(keeper.read()))
  const change = (next: Partial<Settings>) => {
    settings.value = { ...settings.peek(), ...next }
    keeper.write(JSON.stringify(settings.peek()))
  }
  const step = (key: 'speed' | 'size', steps: number, max: number) =>
    change({ [key]: Math.min(Math.max(settings.peek()[key] + steps, 1), max) })
  return {
    settings,
    playing: signal(false),
    change,
    faster: (steps) => step('speed', steps, SPEED_MAX),
    larger: (steps) => step('size', steps, SIZE_MAX),
  }
}
