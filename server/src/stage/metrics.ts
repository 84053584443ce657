import type { Producer } from 'mediasoup/types'
import { Gauge } from 'prom-client'
import type { Metrics } from '../kernel/metrics.ts'
import type { Viewer } from './viewer.ts'

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
  /** What its hosts send to this node: nothing where that is not the show's home. */
  readonly producers: readonly Producer[]
  readonly sessions: readonly Pick<Viewer, 'isPoor' | 'sentBps'>[]
}

const OF_SHOW = {
  hosts: 'Hosts on stage, by show',
  viewers: 'WHEP sessions on this node, by show',
  bitrate_bps: 'What hosts send to this node, all layers, by show; its home alone tells',
  score: 'How well the worst stream of a show comes in, from 0 to 10; its home alone tells',
  egress_bps: 'What is sent to viewers on this node, by show',
  egress_poor:
    'Viewers on this node to whom some picture gets through badly (a score below 7 of 10), by show',
} as const
type OfShow = keyof typeof OF_SHOW

/** By show on air here: as many series as a node has shows. */
export function registerShowMetrics(metrics: Metrics, shows: () => readonly ShowCounts[]): void {
  /** Null tells nothing. */
  const read: Record<OfShow, (show: ShowCounts) => number | null | Promise<number | null>> = {
    hosts: ({ hosts }) => hosts,
    viewers: ({ sessions }) => sessions.length,
    bitrate_bps: async ({ producers }) =>
      producers.length === 0 ? null : sumOf((await streamsOf(producers)).map(({ bitrate }) => bitrate)),
    async score({ producers }) {
      const scores = (await streamsOf(producers)).map(({ score }) => score)
      return scores.length === 0 ? null : Math.min(...scores)
    },
    egress_bps: async ({ sessions }) => sumOf(await Promise.all(sessions.map((one) => one.sentBps()))),
    egress_poor: ({ sessions }) => sessions.filter((one) => one.isPoor).length,
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
          const value = await read[name](show)
          if (value !== null) this.set({ show: show.showId }, value)
        }
      },
    })
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** One that closes just now says nothing. */
const streamsOf = async (producers: readonly Producer[]) =>
  (await Promise.all(producers.map((producer) => producer.getStats().catch(() => [])))).flat()
