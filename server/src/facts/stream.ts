import { randomUUID } from 'node:crypto'
import { Counter, Gauge } from 'prom-client'
import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Redis } from '../kernel/redis.ts'
import { isRefusedData } from '../kernel/retry.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { type ToldFact, writeFacts } from './store.ts'

const STREAM = 'facts'
const GROUP = 'postgres'
const ENTRY = 'facts'

/** Entries of a stream as Redis answers them: an id, and fields and values in turn; null where trimmed away. */
const entries = z.array(z.tuple([z.string(), z.array(z.string()).nullable()]))
const readAnswer = z.array(z.tuple([z.string(), entries])).nullable()
const claimAnswer = z.tuple([z.string(), entries]).rest(z.unknown())
const groupAnswer = z.array(z.array(z.unknown()))

/** Who made it parsed it: these are our own. */
const told = z.array(z.custom<ToldFact>((value) => typeof value === 'object' && value !== null))

/**
 * What players report goes into a Redis Stream and from there to Postgres, in batches, by one consumer group of all
 * processes. An entry is acknowledged after it was written, and writing twice is writing once, so a process that dies
 * loses nothing: another claims what it had. A report that was accepted is lost only if Redis loses it before it is
 * written, a fraction of a second later. With Redis away reports go straight to Postgres. While more wait than
 * `waitingMax`, none is accepted: the stream is bounded, and what is not written yet must not be cut off.
 */
export function createFactStream(deps: {
  db: Db
  redis: Redis
  log: Log
  metrics: Metrics
  limits: Limits['facts']
}) {
  const { db, redis, log, limits } = deps
  const consumer = randomUUID()
  const counted = streamMetrics(deps.metrics, () => waiting)
  let waiting = 0
  let ticker: Closable | null = null
  let claimedAtMs = 0

  async function createGroup(): Promise<void> {
    await redis.xgroup('CREATE', STREAM, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.startsWith('BUSYGROUP')) throw error
    })
  }

  /** Writes entries and acknowledges them. Facts that Postgres refuses are given up, one by one, and counted. */
  async function settle(batch: z.infer<typeof entries>): Promise<void> {
    const facts = batch.flatMap(([, fields]) => (fields?.[1] ? told.parse(JSON.parse(fields[1])) : []))
    try {
      await writeFacts(db, facts)
    } catch (error) {
      if (!isRefusedData(error)) throw error
      for (const one of facts) await writeFacts(db, [one]).catch((refusal) => giveUp(one, refusal))
    }
    counted.written.inc(facts.length)
    await redis.xack(STREAM, GROUP, ...batch.map(([id]) => id))
  }

  function giveUp({ fact }: ToldFact, error: unknown): void {
    if (!isRefusedData(error)) throw error
    counted.refused.inc()
    log.error({ err: error, type: fact.type, eventId: fact.id }, 'fact given up: Postgres refuses it')
  }

  /** What another process had taken and did not finish. */
  async function claim(): Promise<void> {
    if (Date.now() - claimedAtMs < limits.claimAfterMs) return
    const answer = await redis.xautoclaim(
      STREAM,
      GROUP,
      consumer,
      limits.claimAfterMs,
      '0',
      'COUNT',
      limits.readMax,
    )
    const [, batch] = claimAnswer.parse(answer)
    if (batch.length > 0) await settle(batch)
    if (batch.length < limits.readMax) claimedAtMs = Date.now()
  }

  async function readAll(): Promise<void> {
    await claim()
    for (;;) {
      const answer = await redis.xreadgroup(
        'GROUP',
        GROUP,
        consumer,
        'COUNT',
        limits.readMax,
        'STREAMS',
        STREAM,
        '>',
      )
      const batch = readAnswer.parse(answer)?.[0]?.[1] ?? []
      if (batch.length > 0) await settle(batch)
      if (batch.length < limits.readMax) return
    }
  }

  /** Writes all that waits. */
  async function drain(): Promise<void> {
    try {
      await readAll()
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOGROUP'))) throw error
      await createGroup() // a new Redis, or one that lost its data
      await readAll()
    } finally {
      await measure().catch(() => {}) // Redis is away, which `add` will find out too
    }
  }

  /** How many reports wait to be written. */
  async function measure(): Promise<void> {
    const [group] = groupAnswer.parse(await redis.xinfo('GROUPS', STREAM))
    const of = (name: string) => Number(group?.[group.indexOf(name) + 1] ?? 0)
    waiting = of('lag') + of('pending')
  }

  return {
    /** Takes facts that belong together. @throws Fault `unavailable` while too many wait */
    async add(facts: readonly ToldFact[]): Promise<void> {
      if (waiting > limits.waitingMax) throw new Fault('unavailable', { retryAfterMs: limits.retryAfterMs })
      if (redis.status === 'ready') {
        try {
          await redis.xadd(STREAM, 'MAXLEN', '~', limits.streamMax, '*', ENTRY, JSON.stringify(facts))
          return
        } catch (error) {
          log.warn({ err: error }, 'facts go straight to Postgres')
        }
      }
      await writeFacts(db, facts)
      counted.written.inc(facts.length)
    },

    drain,

    start(): void {
      ticker ??= startTicker('facts', limits.writeEveryMs, log, async () => {
        if (redis.status === 'ready') await drain()
      })
    },

    async close(): Promise<void> {
      await ticker?.close()
      if (redis.status !== 'ready') return
      await drain().catch((error) => log.warn({ err: error }, 'facts left to the next process'))
      const unfinished = await redis.xpending(STREAM, GROUP, '-', '+', 1, consumer).catch(() => [null])
      if (unfinished.length === 0) await redis.xgroup('DELCONSUMER', STREAM, GROUP, consumer).catch(() => {})
    },
  }
}

function streamMetrics(registry: Metrics, waiting: () => number) {
  const registers = [registry]
  new Gauge({
    name: 'shelfcast_fact_reports_waiting',
    help: 'Reports in the stream that are not written yet, all processes together',
    registers,
    collect() {
      this.set(waiting())
    },
  })
  return {
    written: new Counter({
      name: 'shelfcast_facts_written_total',
      help: 'Facts of players handed to Postgres',
      registers,
    }),
    refused: new Counter({
      name: 'shelfcast_facts_refused_total',
      help: 'Facts of players that Postgres refused',
      registers,
    }),
  }
}
