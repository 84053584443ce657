import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { persons, tenants } from '../accounts/tables.ts'
import { at, createdAt, idColumn } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'

/** An invitation to a show's stage. Once it is accepted it is that person's right to a seat, until it is taken back. */
export const cohostInvites = pgTable(
  'cohost_invites',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    invitedBy: idColumn('invited_by').references(() => persons.id),
    createdAt: createdAt(),
    expiresAt: at('expires_at').notNull(),
    /** Who accepted it. */
    personId: text('person_id').references(() => persons.id),
    /** What that person is called on stage. */
    name: text('name'),
    acceptedAt: at('accepted_at'),
    revokedAt: at('revoked_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'cohost_invites_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    index('cohost_invites_show').on(t.tenantId, t.showId),
    index('cohost_invites_person').on(t.personId),
    check(
      'cohost_invites_accepted',
      sql`(${t.acceptedAt} is null) = (${t.personId} is null) and (${t.acceptedAt} is null) = (${t.name} is null)`,
    ),
  ],
)
