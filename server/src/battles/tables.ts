import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { at, createdAt, idColumn } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'
import { BATTLE_ENDS, BATTLE_STATES } from './rules.ts'

const oneOf = (values: readonly string[]) => sql.raw(values.map((value) => `'${value}'`).join(', '))

/** A battle of two shows for tips. It names no person: who supported whom is told by `tips`. */
export const battles = pgTable(
  'battles',
  {
    id: text('id').primaryKey(),
    status: text('status', { enum: BATTLE_STATES }).notNull().default('challenged'),
    durationS: integer('duration_s').notNull(),
    createdAt: createdAt(),
    /** Until when it may be accepted. */
    expiresAt: at('expires_at').notNull(),
    startsAt: at('starts_at'),
    /** When it is to end; once it has, when it did. */
    endsAt: at('ends_at'),
    /** Until when the result stands. */
    shownUntil: at('shown_until'),
    endedBy: text('ended_by', { enum: BATTLE_ENDS }),
    /** The show that gave up, or ended: the other one has won. */
    quitShowId: text('quit_show_id'),
  },
  (t) => [
    index('battles_open').on(t.status).where(sql`status in ('challenged', 'running', 'result')`),
    check('battles_status', sql`${t.status} in (${oneOf(BATTLE_STATES)})`),
    check('battles_ended_by', sql`${t.endedBy} in (${oneOf(BATTLE_ENDS)})`),
    check('battles_ended', sql`(${t.endedBy} is null) = (${t.status} in ('challenged', 'running'))`),
    check(
      'battles_times',
      sql`(${t.startsAt} is null) = (${t.status} in ('challenged', 'void'))
        and (${t.endsAt} is null) = (${t.startsAt} is null) and ${t.endsAt} >= ${t.startsAt}
        and (${t.shownUntil} is not null) = (${t.status} in ('result', 'over'))`,
    ),
  ],
)

/** A battle as one of its two shows has it. */
export const battleSides = pgTable(
  'battle_sides',
  {
    battleId: idColumn('battle_id').references(() => battles.id),
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    challenger: boolean('challenger').notNull(),
    /** Challenged, running, or with its result on the screen: a show has one such battle at most. */
    open: boolean('open').notNull().default(true),
    /** The sum of its tips, once the battle has ended. */
    coins: bigint('coins', { mode: 'number' }),
  },
  (t) => [
    primaryKey({ columns: [t.battleId, t.showId] }),
    unique('battle_sides_roles').on(t.battleId, t.challenger),
    uniqueIndex('battle_sides_open').on(t.showId).where(sql`open`),
    index('battle_sides_show').on(t.tenantId, t.showId),
    foreignKey({
      name: 'battle_sides_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('battle_sides_coins', sql`${t.coins} >= 0`),
  ],
)
