/** Runs one piece of work after another: what is asked together never overlaps. A failure stops nobody behind it. */
export type Queue = <T>(work: () => Promise<T>) => Promise<T>

export function createQueue(): Queue {
  let tail: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = tail.then(work)
    tail = result.catch(() => {})
    return result
  }
}
