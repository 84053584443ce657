import { sql } from 'drizzle-orm'
import { boolean, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { createdAt, idColumn } from '../kernel/columns.ts'

/** A person's address book; an order keeps a copy of its own. */
export const addresses = pgTable(
  'addresses',
  {
    id: text('id').primaryKey(),
    personId: idColumn('person_id').references(() => persons.id),
    name: text('name').notNull(),
    phone: text('phone').notNull(),
    country: text('country').notNull(),
    region: text('region').notNull(),
    city: text('city').notNull(),
    street: text('street').notNull(),
    postcode: text('postcode').notNull(),
    isDefault: boolean('is_default').notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [
    index('addresses_person').on(t.personId),
    uniqueIndex('addresses_default').on(t.personId).where(sql`${t.isDefault}`),
  ],
)
