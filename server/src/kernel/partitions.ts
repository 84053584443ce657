import type { Db } from './db.ts'
import type { Log } from './log.ts'
import { type Closable, startTicker } from './ticker.ts'

/** How many months ahead the tables that grow with time have their partitions. */
export const MONTHS_AHEAD = 2

const DAY_MS = 24 * 3600_000

/**
 * Makes the partitions of the months to come, once a day: `migrate` makes them at a start, and a server may run for
 * longer than they last. Any number of processes may do it at once, since each that comes late finds them made.
 */
export function keepPartitions(db: Db, log: Log, everyMs = DAY_MS): Closable {
  return startTicker(
    'partitions',
    everyMs,
    log,
    () => db.sql`
    select ensure_partitions(${MONTHS_AHEAD}) from pg_advisory_xact_lock(hashtext('ensure_partitions'))`,
  )
}
