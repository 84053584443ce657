import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Outbox } from '../kernel/outbox.ts'
import type { Redis } from '../kernel/redis.ts'
import { createConsents } from './consents.ts'
import { createFigures } from './figures.ts'
import { createIntake } from './intake.ts'
import { createRecords } from './records.ts'
import { createFactStream } from './stream.ts'

export interface FactsDeps {
  db: Db
  redis: Redis
  outbox: Pick<Outbox, 'on'>
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['facts']
}

export type Facts = ReturnType<typeof createFacts>

/** What people and domains did: taken in, kept once each, and counted. */
export function createFacts(deps: FactsDeps) {
  const stream = createFactStream(deps)
  return {
    consents: createConsents(deps),
    report: createIntake({ ...deps, keep: stream.add }),
    said: createRecords(deps).said,
    figures: createFigures(deps),

    /** Writes all that waits in the stream. */
    drain: stream.drain,
    start: stream.start,
    close: stream.close,
  }
}
