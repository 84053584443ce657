import { pgTable, text } from 'drizzle-orm/pg-core'
import { createdAt } from '../kernel/columns.ts'

/** Mails of a server without SMTP, for the page `/outbox`; the oldest go. */
export const keptMails = pgTable('kept_mails', {
  id: text('id').primaryKey(),
  recipient: text('recipient').notNull(),
  subject: text('subject').notNull(),
  text: text('text').notNull(),
  html: text('html').notNull(),
  createdAt: createdAt(),
})
