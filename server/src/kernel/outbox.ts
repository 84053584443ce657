import { Counter, Gauge } from 'prom-client'
import type { Limits } from '../config.ts'
import { createBatcher } from './batcher.ts'
import type { Db } from './db.ts'
import { inTime } from './in-time.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { type Closable, startTicker } from './ticker.ts'

export interface OutboxRow {
  readonly id: number
  readonly topic: string
  readonly key: string
  readonly payload: Record<string, unknown>
  /** Which attempt this is, from 1. */
  readonly attempts: number
}

/**
 * Rows of this process from the moment they are written, which saves claiming them: they are written as leased for
 * `ms` and in their first attempt, and handed over once they are committed. Those of a process that died before that
 * are claimed when the lease ends.
 */
export interface OutboxLease {
  /** Null where there is no room for so many: they are written as any others, and to be nudged for. */
  readonly ms: number | null
  /** Hands over what was committed, or nothing; called once in any case. */
  take(rows: readonly Omit<OutboxRow, 'attempts'>[]): void
}

export type OutboxHandler = (payload: Record<string, unknown>, row: OutboxRow) => Promise<void> | void

export interface Outbox extends Closable {
  /**
   * Adds a handler. A row is done once every handler of its topic has succeeded in one attempt. `attemptsMax` is for a
   * topic whose other side may be away for longer than usual.
   */
  on(topic: string, handler: OutboxHandler, options?: { attemptsMax: number }): void
  start(): void
  /** Looks for rows soon: called by whoever has just committed one, so that nobody waits for the next poll. */
  nudge(): void
  /** Before a statement that writes `count` rows, each the first of its key: a lease that they may be written with. */
  lease(count: number): OutboxLease
  /** Resolves when nothing is in hand and nothing is due. Rows that wait for a retry do not count. */
  idle(): Promise<void>
  close(): Promise<void>
}

/**
 * Hands out what SQL statements wrote into `outbox`, after they committed.
 *
 * At least once: a row is deleted after its handlers succeeded, so a crash in between repeats it; handlers are
 * idempotent. In order by key: a row waits while an older row of its key is not done, be it leased or backing off;
 * rows of different keys run side by side. A row whose process died becomes due again when its lease ends. After
 * `attemptsMax` failures a row is dead: it is kept with its error, and no longer holds up its key.
 * At most `batchMax` claimed rows are in hand at a time, and `ownMax` of those written on a lease.
 */
export function createOutbox(deps: { db: Db; log: Log; limits: Limits['outbox']; metrics: Metrics }): Outbox {
  const { db, log, limits } = deps
  const handlers = new Map<string, OutboxHandler[]>()
  const attemptsMax = new Map<string, number>()
  const handled = outboxMetrics(db, deps.metrics)
  const inHand = new Set<Promise<void>>()
  let claimedInHand = 0
  /** And those that a lease was given for. */
  let ownInHand = 0
  const done = createBatcher({ waitMs: 1, itemsMax: limits.batchMax }, async (rows: OutboxRow[]) => {
    const [ids, attempts] = [rows.map((row) => row.id), rows.map((row) => row.attempts)]
    await db.sql`select finish_outbox(${ids}::bigint[], ${attempts}::int[])`
    return rows
  })
  let poll: Closable | null = null
  let closed = false
  let claiming: Promise<number> | null = null
  let again = false
  let nudged: NodeJS.Timeout | null = null

  /** Claims what is due and has room; one claim at a time, and once more when asked meanwhile. @returns how many */
  function pump(): Promise<number> {
    again = true
    claiming ??= (async () => {
      let claimed = 0
      while (again && !closed) {
        again = false
        const room = limits.batchMax - claimedInHand
        const rows = room > 0 ? await claim(db, room, limits.leaseMs) : []
        claimedInHand += rows.length
        for (const row of rows) take(row, handle(row), claimedEnded)
        claimed += rows.length
      }
      return claimed
    })().finally(() => {
      claiming = null
    })
    return claiming
  }

  function take(row: OutboxRow, handling: Promise<void>, ended: () => void): void {
    const work: Promise<void> = handling
      .catch((error) => log.error({ err: error, outboxId: row.id }, 'outbox row left to its lease'))
      .finally(() => {
        inHand.delete(work)
        ended()
      })
    inHand.add(work)
  }

  function claimedEnded(): void {
    claimedInHand--
    nudge() // for a younger row of this key, or one that found no room
  }

  /** Whatever waits for the key of one of them is looked for when all are done, or by the next poll. */
  function ownEnded(): void {
    ownInHand--
    if (ownInHand === 0) nudge()
  }

  function lease(count: number): OutboxLease {
    if (!poll || closed || ownInHand + count > limits.ownMax) return { ms: null, take() {} }
    ownInHand += count
    return {
      ms: limits.leaseMs,
      take(rows) {
        const taken = closed ? [] : rows
        ownInHand -= count - taken.length
        const answered = nextTurn()
        for (const bare of taken) {
          const row = { ...bare, attempts: 1 }
          take(
            row,
            answered.then(() => handle(row)),
            ownEnded,
          )
        }
      },
    }
  }

  async function handle(row: OutboxRow): Promise<void> {
    try {
      for (const handler of handlers.get(row.topic) ?? []) {
        await inTime(Promise.resolve(handler(row.payload, row)), limits.handlerMsMax)
      }
    } catch (error) {
      await giveBack(row, error)
      return
    }
    await done('', row)
    handled.inc({ topic: row.topic, outcome: 'done' })
  }

  async function giveBack(row: OutboxRow, error: unknown): Promise<void> {
    const dead = row.attempts >= (attemptsMax.get(row.topic) ?? limits.attemptsMax)
    const message = error instanceof Error ? error.message : String(error)
    const waitMs = Math.min(limits.backoffMsMax, limits.backoffMsMin * 2 ** (row.attempts - 1))
    // Only while the lease is still ours: `attempts` moves with every claim.
    await db.sql`
      update outbox set state = ${dead ? 'dead' : 'ready'}, last_error = ${message.slice(0, 500)},
        due_at = now() + ${waitMs} * interval '1 millisecond'
      where id = ${row.id} and attempts = ${row.attempts} and state = 'leased'`
    handled.inc({ topic: row.topic, outcome: dead ? 'dead' : 'failed' })
    log[dead ? 'error' : 'warn']({ err: error, outboxId: row.id, topic: row.topic, dead }, 'outbox handler')
  }

  function nudge(): void {
    if (!poll || closed) return
    nudged ??= setTimeout(() => {
      nudged = null
      pump().catch((error) => log.warn({ err: error }, 'outbox claim'))
    }, limits.nudgeMs)
  }

  return {
    nudge,
    lease,
    on(topic, handler, options) {
      if (options) attemptsMax.set(topic, options.attemptsMax)
      handlers.set(topic, [...(handlers.get(topic) ?? []), handler])
    },
    start() {
      poll ??= startTicker('outbox', limits.pollMs, log, pump)
      nudge()
    },
    async idle() {
      while (!closed) {
        const claimed = await pump()
        if (claimed === 0 && inHand.size === 0) return
        await Promise.all(inHand)
      }
    },
    async close() {
      if (closed) return
      closed = true
      if (nudged) clearTimeout(nudged)
      await poll?.close()
      await claiming?.catch(() => {})
      await Promise.all(inHand)
    },
  }
}

/** Whoever waits for what was committed is answered before others are told of it. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

async function claim(db: Db, count: number, leaseMs: number): Promise<OutboxRow[]> {
  return db.sql<OutboxRow[]>`
    select id, topic, key, payload, attempts from claim_outbox(${count}, ${leaseMs} * interval '1 millisecond')`
}

function outboxMetrics(db: Db, registry: Metrics) {
  new Gauge({
    name: 'shelfcast_outbox_rows',
    help: 'Rows in the outbox by state, all processes together',
    labelNames: ['state'] as const,
    registers: [registry],
    async collect() {
      const rows = await db.sql<{ state: string; count: number }[]>`
        select s.state, count(o.id)::int as count from unnest(array['ready', 'leased', 'dead']) s(state)
        left join outbox o on o.state = s.state group by s.state`
      for (const { state, count } of rows) this.set({ state }, count)
    },
  })
  return new Counter({
    name: 'shelfcast_outbox_handled_total',
    help: 'Outbox rows by what became of an attempt',
    labelNames: ['topic', 'outcome'] as const,
    registers: [registry],
  })
}
