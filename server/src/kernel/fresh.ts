import type { Clock } from './clock.ts'

interface Kept<Value> {
  readonly answer: Promise<Value>
  readonly until: number
}

/**
 * Asks once for all who want to know the same within `freshMs`, and keeps the answer so long. An error is not kept.
 * @param limits.keptMax answers; the oldest go first
 */
export function keepFresh<Value>(
  ask: (key: string) => Promise<Value>,
  limits: { freshMs: number; keptMax: number },
  clock: Clock,
): (key: string) => Promise<Value> {
  const kept = new Map<string, Kept<Value>>()

  function forget(key: string, which: Kept<Value>): void {
    if (kept.get(key) === which) kept.delete(key)
  }

  return (key) => {
    const known = kept.get(key)
    if (known && known.until > clock.now()) return known.answer
    kept.delete(key) // so that the map's order is that of age
    for (const oldest of kept.keys()) {
      if (kept.size < limits.keptMax) break
      kept.delete(oldest)
    }
    const fresh = { answer: ask(key), until: clock.now() + limits.freshMs }
    kept.set(key, fresh)
    fresh.answer.catch(() => forget(key, fresh))
    return fresh.answer
  }
}
