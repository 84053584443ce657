import { foreignKey, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { memberships } from '../accounts/tables.ts'
import { at, createdAt, idColumn } from '../kernel/columns.ts'

/** A host's key for encoders, one a member; it goes with the membership. */
export const streamKeys = pgTable(
  'stream_keys',
  {
    tenantId: idColumn('tenant_id'),
    personId: idColumn('person_id'),
    /** SHA-256: the key itself has 256 random bits and is told once. */
    keyHash: text('key_hash').notNull(),
    createdAt: createdAt(),
    lastUsedAt: at('last_used_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.personId] }),
    unique('stream_keys_hash').on(t.keyHash),
    foreignKey({
      name: 'stream_keys_member_fk',
      columns: [t.tenantId, t.personId],
      foreignColumns: [memberships.tenantId, memberships.personId],
    }).onDelete('cascade'),
  ],
)
