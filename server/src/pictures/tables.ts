import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { tenants } from '../accounts/tables.ts'
import { at, createdAt, idColumn } from '../kernel/columns.ts'

/** Uploaded pictures of a tenant; their renditions live in object storage under `storage_key`. */
export const media = pgTable(
  'media',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    id: idColumn('id'),
    /** A hash of tenant and content: the same picture twice is one row. */
    storageKey: text('storage_key').notNull().unique(),
    contentType: text('content_type').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    /** When something last began or ceased to show it; what nothing shows is swept a day later. */
    usedAt: at('used_at').notNull().defaultNow(),
    /** Its files are being deleted; nothing may begin to show it. */
    sweeping: boolean('sweeping').notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('media_used').on(t.usedAt),
    check('media_size', sql`${t.width} > 0 and ${t.height} > 0`),
  ],
)
