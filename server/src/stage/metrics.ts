import { Gauge } from 'prom-client'
import type { Metrics } from '../kernel/metrics.ts'

export interface StageCounts {
  workers: number
  routers: number
  hosts: number
  producers: number
  viewers: number
}

const HELP: Record<keyof StageCounts, string> = {
  workers: 'mediasoup workers that are up',
  routers: 'Ingest and egress routers of all shows',
  hosts: 'Hosts on stage',
  producers: 'Tracks that hosts send',
  viewers: 'WHEP sessions, counted from the offer on',
}

/** Gauges that are read when Prometheus asks: nothing to keep in step. */
export function registerStageMetrics(metrics: Metrics, counts: () => StageCounts): void {
  for (const name of Object.keys(HELP) as (keyof StageCounts)[]) {
    new Gauge({
      name: `shelfcast_stage_${name}`,
      help: HELP[name],
      registers: [metrics],
      collect() {
        this.set(counts()[name])
      },
    })
  }
}
