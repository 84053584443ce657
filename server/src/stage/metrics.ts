import type { Producer } from 'mediasoup/types'
import { Gauge } from 'prom-client'
import type { Metrics } from '../kernel/metrics.ts'

export interface StageCounts {
  workers: number
  cpu_pct: number
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
  cpu_pct: 'CPU time of all media workers of late, in percent of a core',
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

/** A show as far as it is on this node. */
export interface ShowCounts {
  readonly showId: string
  readonly hosts: number
  readonly viewers: number
  /** What its hosts send to this node. */
  readonly producers: readonly Producer[]
}

const OF_SHOW = {
  hosts: 'Hosts on stage, by show',
  viewers: 'WHEP sessions on this node, by show',
  bitrate_bps: 'What hosts send to this node, all layers, by show',
  score: 'How well the worst stream of a show comes in, from 0 to 10',
} as const
type OfShow = keyof typeof OF_SHOW

/** By show on air here: as many series as a node has shows. */
export function registerShowMetrics(metrics: Metrics, shows: () => readonly ShowCounts[]): void {
  const read: Record<OfShow, (show: ShowCounts) => number | Promise<number>> = {
    hosts: ({ hosts }) => hosts,
    viewers: ({ viewers }) => viewers,
    bitrate_bps: async ({ producers }) =>
      (await streamsOf(producers)).reduce((sum, { bitrate }) => sum + bitrate, 0),
    score: async ({ producers }) => Math.min(10, ...(await streamsOf(producers)).map(({ score }) => score)),
  }
  for (const name of Object.keys(OF_SHOW) as OfShow[]) {
    new Gauge({
      name: `shelfcast_stage_show_${name}`,
      help: OF_SHOW[name],
      labelNames: ['show'],
      registers: [metrics],
      async collect() {
        this.reset()
        for (const show of shows()) {
          this.set({ show: show.showId }, await read[name](show))
        }
      },
    })
  }
}

/** One that closes just now says nothing. */
const streamsOf = async (producers: readonly Producer[]) =>
  (await Promise.all(producers.map((producer) => producer.getStats().catch(() => [])))).flat()
