/** Frames that are nearly right, the same with each run. */

/** A linear congruential generator: the same frames with each run. */
export function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Cuts, doubles, swaps and overwrites bytes of a good frame. */
export function mutate(frame: string, below: (n: number) => number): Buffer {
  const bytes = Buffer.from(frame)
  for (let i = below(4); i >= 0; i--) {
    const at = below(bytes.length)
    switch (below(4)) {
      case 0:
        bytes[at] = below(256)
        break
      case 1:
        return bytes.subarray(0, at)
      case 2:
        return Buffer.concat([bytes, bytes.subarray(at)])
      default:
        bytes[at] = '{}[]",:0-\\'.charCodeAt(below(10))
    }
  }
  return bytes
}
