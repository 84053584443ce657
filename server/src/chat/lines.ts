import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import { Counter } from 'prom-client'
import type { Limits } from '../config.ts'
import { type Db, violatedConstraint } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'

export interface StoredLine extends ChatLine {
  tenantId: string
  showId: string
}

/**
 * Writes chat lines to the show's record in batches, after the room heard them: a line is heard whether or not it
 * could be written. While Postgres is away lines wait, up to `writeQueueMax`, then the oldest are given up and
 * counted.
 */
export function createLineWriter(deps: {
  db: Db
  /** Hears of lines that are in the record; of some twice where it failed. */
  facts: { said(lines: readonly StoredLine[]): Promise<void> }
  log: Log
  metrics: Metrics
  limits: Limits['chat']
}) {
  const { db, facts, log, limits } = deps
  let queue: StoredLine[] = []
  let turn: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  const lost = new Counter({
    name: 'shelfcast_chat_lines_unwritten_total',
    help: 'Chat lines that were heard but never written to the record',
    registers: [deps.metrics],
  })

  function giveUp(lines: number, why: string): void {
    lost.inc(lines)
    log.error({ lines }, why)
  }

  async function writeQueue(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, limits.writeBatchMax)
      try {
        await insert(db, batch)
        await facts.said(batch)
      } catch (error) {
        if (violatedConstraint(error) === null) throw error
        giveUp(batch.length, 'chat lines given up: the record refuses them') // and would refuse them for ever
      }
      const done = new Set(batch) // the queue may have lost its oldest meanwhile
      queue = queue.filter((line) => !done.has(line))
    }
  }

  /** Resolves when all lines of before the call are written. */
  function flush(): Promise<void> {
    const done = turn.then(writeQueue)
    turn = done.catch(() => {}) // the caller hears of it, the next turn tries again
    return done
  }

  /** Writes the lines that gather in the meantime; tries again as long as some could not be written. */
  function flushSoon(): void {
    timer ??= setTimeout(() => {
      timer = null
      flush().catch((error) => {
        log.warn({ err: error, lines: queue.length }, 'chat lines not written, kept for the next time')
        flushSoon()
      })
    }, limits.writeEveryMs).unref()
  }

  return {
    add(line: StoredLine): void {
      queue.push(line)
      flushSoon()
      if (queue.length <= limits.writeQueueMax) return
      queue.shift()
      giveUp(1, 'chat line given up: too many wait to be written')
    },

    flush,

    async close(): Promise<void> {
      if (timer) clearTimeout(timer)
      await flush().catch(() => giveUp(queue.length, 'chat lines given up: the server stops'))
    },
  }
}

async function insert({ sql }: Db, lines: readonly StoredLine[]): Promise<void> {
  const rows = lines.map((line) => ({ ...line }))
  await sql`
    insert into chat_lines (tenant_id, id, show_id, person_id, name, role, text, created_at)
    select r."tenantId", r.id, r."showId", p.id, r.name, r.role, r.text, to_timestamp(r.at / 1000.0)
    from jsonb_to_recordset(${sql.json(rows)}) as r(
      "tenantId" text, id text, "showId" text, "personId" text, name text, role text, text text, at bigint)
    join persons p on p.id = r."personId"
    join shows s on s.tenant_id = r."tenantId" and s.id = r."showId"
    on conflict do nothing`
}
