export type Random = ReturnType<typeof createRandom>

/** Chance that repeats: the same seed, the same choices (mulberry32, Tommy Ettinger 2017, public domain). */
export function createRandom(seed: number) {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    /** min and max included. */
    int: (min: number, max: number): number => min + Math.floor(next() * (max - min + 1)),
    chance: (share: number): boolean => next() < share,
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!,
    /** Another stream that follows from this one, for somebody who acts beside others. */
    fork: () => createRandom(Math.floor(next() * 4294967296)),
  }
}
