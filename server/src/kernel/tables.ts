import { sql } from 'drizzle-orm'
import { bigserial, check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { at, createdAt } from './columns.ts'

/**
 * What happened and must be told: written in the statement that made it happen, handed out afterwards. Rows are
 * claimed by state (SKIP LOCKED) with a lease, never by sequence: ids become visible out of order.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    topic: text('topic').notNull(),
    /** Rows of one key are handed out in order. */
    key: text('key').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    state: text('state', { enum: ['ready', 'leased', 'dead'] })
      .notNull()
      .default('ready'),
    attempts: integer('attempts').notNull().default(0),
    dueAt: at('due_at').notNull().defaultNow(),
    lastError: text('last_error'),
    createdAt: createdAt(),
  },
  (t) => [
    index('outbox_due').on(t.dueAt, t.id).where(sql`${t.state} <> 'dead'`),
    // Without dead rows, so that no plan takes it for rows by their id alone, which would read all of it.
    index('outbox_key').on(t.key, t.id).where(sql`${t.state} <> 'dead'`),
    check('outbox_state', sql`${t.state} in ('ready', 'leased', 'dead')`),
  ],
)

/** Notifications from outside, once each: by event id and by what they are about. */
export const inbox = pgTable(
  'inbox',
  {
    source: text('source').notNull(),
    eventId: text('event_id').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    outcome: text('outcome').notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.source, t.eventId] })],
)

/** The answer a key was given, so that asking again gives it again. Written with what it answers. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    personId: text('person_id').notNull(),
    route: text('route').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    status: integer('status').notNull(),
    response: jsonb('response').$type<unknown>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.personId, t.route, t.key] }),
    index('idempotency_keys_age').on(t.createdAt),
    index('idempotency_keys_refused').on(t.createdAt).where(sql`${t.status} >= 400`), // kept for minutes only
  ],
)
