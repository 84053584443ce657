import { Gauge } from 'prom-client'
import type { Metrics } from '../kernel/metrics.ts'

export interface StageCounts {
  workers: number
  routers: number
  hosts: number
  producers: number
  viewers: number
  nodes: number
  pipes_in: number
  pipes_out: number
  far_hosts: number
}

const HELP: Record<keyof StageCounts, string> = {
  workers: 'mediasoup workers that are up',
  routers: 'Ingest and egress routers of all shows',
  hosts: 'Hosts on stage',
  producers: 'Tracks that hosts send',
  viewers: 'WHEP sessions, counted from the offer on',
  nodes: 'Processes with a stage that are known to live, this one among them',
  pipes_in: 'Tracks that come from other nodes, where their hosts are',
  pipes_out: 'Tracks that are sent to other nodes, once for each',
  far_hosts: 'Hosts on this stage whose sockets are on other nodes',
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
