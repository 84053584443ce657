import type { VisitSource } from '@shelfcast/shared/facts/source.ts'
import { boolean, foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { at, idColumn } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'

// `facts` itself is partitioned by time, which drizzle-kit cannot express: migrations/0001.

/** What a person said to being counted. No row: they were not asked, or did not answer. */
export const consents = pgTable('consents', {
  personId: text('person_id')
    .primaryKey()
    .references(() => persons.id),
  facts: boolean('facts').notNull(),
  decidedAt: at('decided_at').notNull().defaultNow(),
})

/**
 * Visits of people who agreed, each with where it came from. A person's first touch with a merchant is their oldest
 * visit there, the last touch is the visit in which something was done.
 */
export const visits = pgTable(
  'visits',
  {
    personId: idColumn('person_id').references(() => persons.id),
    /** Made by the player, one for each time the page is opened. */
    session: uuid('session').notNull(),
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    source: jsonb('source').$type<VisitSource>().notNull(),
    startedAt: at('started_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.personId, t.session, t.tenantId, t.showId] }),
    index('visits_touch').on(t.tenantId, t.personId, t.startedAt),
    foreignKey({
      name: 'visits_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
  ],
)
