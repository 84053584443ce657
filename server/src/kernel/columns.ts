import { bigint, text, timestamp } from 'drizzle-orm/pg-core'

/** Column types that every domain's tables share. */

export const idColumn = (name: string) => text(name).notNull()
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
export const createdAt = () => at('created_at').notNull().defaultNow()
/** Integer minor units of a currency. */
export const minor = (name: string) => bigint(name, { mode: 'number' })
