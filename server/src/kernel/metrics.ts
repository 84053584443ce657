import { collectDefaultMetrics, Registry } from 'prom-client'

export type Metrics = Registry

/** One registry a process; domains add their own counters to it, `/metrics` prints it. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}
