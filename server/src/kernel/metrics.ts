import { Counter, collectDefaultMetrics, Registry } from 'prom-client'

export type Metrics = Registry

/**
 * A counter with one label for what is counted at every message: in plain numbers, which prom-client gets when it is
 * asked for them.
 */
export function createTally<V extends string>(
  registry: Metrics,
  { name, help, label }: { name: string; help: string; label: string },
): (value: V) => void {
  const counts = new Map<V, number>()
  new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset()
      for (const [value, count] of counts) this.inc({ [label]: value }, count)
    },
  })
  return (value) => void counts.set(value, (counts.get(value) ?? 0) + 1)
}

/** One registry a process; domains add their own counters to it, `/metrics` prints it. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}
