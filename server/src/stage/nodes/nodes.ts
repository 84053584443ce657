import type { Ask } from '../../kernel/ask.ts'
import { Fault, found } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Redis } from '../../kernel/redis.ts'
import { type Closable, startTicker } from '../../kernel/ticker.ts'
import type { ShowRecord, Shows } from '../../shows/index.ts'
import type { Leader, LeadStep } from '../leading.ts'
import type { StageLimits } from '../limits.ts'
import type { ShowStage, StageRooms } from '../show.ts'
import { busyPct } from '../worker-load.ts'
import type { Workers } from '../workers.ts'
import { createBranches } from './branches.ts'
import { createFarHosts } from './far-hosts.ts'
import { createFarSeats, type FarSeatsDeps } from './far-seats.ts'
import { createFollowing } from './following.ts'
import { createHomes } from './homes.ts'
import { createOrphans } from './orphans.ts'
import { type AboutNode, createRegistry } from './registry.ts'
import { dismiss, lead, showEnded } from './wire.ts'

interface NodesDeps {
  ask: Ask
  redis: Redis
  media: { readonly pipeIp: string }
  workers: Workers
  /** Of the shows whose home is here. */
  stages: ReadonlyMap<string, ShowStage>
  stageOf(tenantId: string, showId: string): Promise<ShowStage>
  joinHere: FarSeatsDeps['join']
  lead(stage: ShowStage, leader: Leader, step: LeadStep): Promise<void>
  /** There may be something else to see of a show that has its home elsewhere. */
  onSeen(showId: string): void
  shows: Pick<Shows, 'get' | 'onAir'>
  rooms: StageRooms
  limits: StageLimits
  log: Log
}

const ENDED_TRIES = 10

/** This process among the others that have a stage. */
export function createNodes(deps: NodesDeps) {
  const { ask, redis, workers, stages, shows, rooms, limits, log } = deps
  const { pipeIp } = deps.media
  const leaseMs = limits.nodeLeaseMs
  const workerIds = () => workers.up().map(({ id }) => id)
  const load = () => {
    const up = workers.up()
    return Math.round(up.reduce((sum, slot) => sum + busyPct(slot, limits), 0) / Math.max(1, up.length))
  }

  const registry = createRegistry({
    ...{ redis, pipeIp, leaseMs, log },
    node: ask.node,
    own: () => ({ workers: workerIds(), load: load() }),
  })
  const homes = createHomes({
    ...{ redis, leaseMs, log },
    node: ask.node,
    alone: () => registry.alone,
  })
  const following = createFollowing({ ask, pipeIp, limits })
  const branches = createBranches({
    ...{ ask, homes, registry, workers, rooms, pipeIp, limits, log },
    onSeen: deps.onSeen,
  })
  const farHosts = createFarHosts({ ask, shows })
  const farSeats = createFarSeats({ ask, join: deps.joinHere, limits })
  const orphans = createOrphans({
    onAir: shows.onAir,
    homes,
    registry,
    load,
    beatMs: limits.nodeBeatMs,
    own: () => stages.keys(),
    adopt,
    log,
  })
  let tickers: Closable[] = []

  /** Viewers on workers that are gone with their node would notice only after seconds. */
  function tellLost(showId: string, { workers }: AboutNode): void {
    for (const key of workers) rooms.publish(showId, { t: 'media', key })
  }

  async function adopt(show: ShowRecord, lost: readonly AboutNode[]): Promise<void> {
    for (const about of lost) tellLost(show.id, about)
    await deps.stageOf(show.tenantId, show.id)
  }

  registry.onGone((node, about) => {
    for (const showId of following.gone(node)) tellLost(showId, about)
    branches.gone(node)
    farSeats.gone(node)
    farHosts.gone(node)
    orphans.gone(about)
  })
  homes.onLost((showId) => stages.get(showId)?.close('media_lost'))

  /** Waits for nobody but Redis: a beat that is late costs the lease. */
  async function beat(): Promise<void> {
    await registry.beat()
    await homes.renew((showId) => stages.has(showId))
  }

  async function tend(): Promise<void> {
    following.sweep()
    farSeats.sweep()
    await Promise.all([branches.tend(), farHosts.tend()])
  }

  ask.answer(dismiss, async ({ showId, personId }) => {
    stages.get(showId)?.dismiss(personId)
    return null
  })
  ask.answer(lead, async ({ showId, leader, step }) => {
    await deps.lead(found(stages.get(showId)), leader, step)
    return null
  })
  ask.answer(showEnded, async ({ tenantId, showId }) => {
    const stage = stages.get(showId)
    if (stage && (await shows.get(tenantId, showId)).status === 'ended') stage.close('ended')
    return null
  })

  /** The show's home as others know it; null where it is none, or one that is gone. */
  async function homeElsewhere(showId: string): Promise<string | null> {
    const home = await homes.find(showId)
    return home !== null && registry.living.has(home) ? home : null
  }

  async function tellEnded({ tenantId, id }: ShowRecord): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const home = await homeElsewhere(id)
        if (home !== null) await ask.ask(home, showEnded, { tenantId, showId: id })
        return
      } catch (error) {
        if (tries === ENDED_TRIES) throw error
        await new Promise((resolve) => setTimeout(resolve, limits.nodeBeatMs).unref())
      }
    }
  }

  return {
    homes,
    branches,
    following,
    farHosts,
    others: (): string[] => [...registry.living.keys()],

    /** The node that is the show's home; this one, if there was none. @throws Fault `unavailable` */
    async homeOf(showId: string): Promise<string> {
      const { here, node } = await homes.claim(showId)
      if (!here && !registry.living.has(node)) {
        throw new Fault('unavailable', {
          detail: 'the home of the show is gone',
          retryAfterMs: limits.nodeBeatMs,
        })
      }
      return node
    },

    async lead({ showId }: { showId: string }, leader: Leader, step: LeadStep): Promise<void> {
      const stage = stages.get(showId)
      if (stage) return deps.lead(stage, leader, step)
      await ask.ask(found(await homeElsewhere(showId)), lead, { showId, leader, step })
    },

    async dismiss(showId: string, personId: string): Promise<void> {
      const stage = stages.get(showId)
      if (stage) return stage.dismiss(personId)
      const home = await homeElsewhere(showId)
      if (home !== null) await ask.ask(home, dismiss, { showId, personId })
    },

    /** Here somebody has ended a show, wherever its home is. */
    ended(show: ShowRecord): void {
      const stage = stages.get(show.id)
      if (stage) stage.close('ended')
      else {
        tellEnded(show).catch((error) =>
          log.error(
            { err: error, showId: show.id },
            'the home of a show could not be told that it has ended',
          ),
        )
      }
    },

    counts: () => ({
      nodes: registry.living.size + 1,
      pipes_in: branches.pipes,
      pipes_out: following.pipes,
      far_hosts: farSeats.size,
    }),

    async start(): Promise<void> {
      await ask.start()
      await registry.beat().catch((error) => log.warn({ err: error }, 'other nodes are not known'))
      await orphans.look()
      tickers = Object.entries({ beat, tend, orphans: orphans.tend }).map(([name, work]) =>
        startTicker(`stage ${name}`, limits.nodeBeatMs, log, work),
      )
    },

    async close(): Promise<void> {
      ask.close() // first: who waits for an answer is let go
      await Promise.all(tickers.map((ticker) => ticker.close()))
      await registry.leave().catch(() => {}) // the lease ends by itself
    },
  }
}
