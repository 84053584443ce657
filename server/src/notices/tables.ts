import { foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { createdAt, idColumn } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'

/** Who wants to be reminded of a show. */
export const showReminders = pgTable(
  'show_reminders',
  {
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    personId: idColumn('person_id').references(() => persons.id),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.showId, t.personId] }),
    index('show_reminders_person').on(t.personId),
    foreignKey({
      name: 'show_reminders_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
  ],
)

/** What somebody was told of, so that it is told once. */
export const notices = pgTable(
  'notices',
  {
    /** Such as `order_paid:ord_…` or `show_live:shw_…`. */
    key: text('key').notNull(),
    personId: idColumn('person_id').references(() => persons.id),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.key, t.personId] }), index('notices_age').on(t.createdAt)],
)
