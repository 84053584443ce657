import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { at, createdAt, idColumn } from '../kernel/columns.ts'

/** Merchants. */
export const tenants = pgTable(
  'tenants',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    slug: text('slug').notNull().unique(),
    currency: text('currency').notNull(),
    /** Origins on which the embed may run. */
    allowedOrigins: text('allowed_origins').array().notNull().default(sql`'{}'`),
    /** How long replays are kept after a show; 0: shows are not recorded. */
    replayDays: integer('replay_days').notNull().default(90),
    createdAt: createdAt(),
  },
  (t) => [
    check('tenants_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('tenants_replay_days', sql`${t.replayDays} between 0 and 3650`),
  ],
)

/** People belong to the deployment; guests are rows too, and `merged_into` says whom a guest became. */
export const persons = pgTable(
  'persons',
  {
    id: text('id').primaryKey(),
    kind: text('kind', { enum: ['guest', 'person'] }).notNull(),
    name: text('name').notNull(),
    operator: boolean('operator').notNull().default(false),
    passwordHash: text('password_hash'),
    mergedInto: text('merged_into'),
    /** The language of their mails. */
    language: text('language', { enum: ['en', 'zh-CN'] })
      .notNull()
      .default('en'),
    /** Since when the account is gone; the row stays for what orders, tips and the ledger refer to. */
    deletedAt: at('deleted_at'),
    createdAt: createdAt(),
  },
  (t) => [
    index('persons_merged').on(t.mergedInto).where(sql`${t.mergedInto} is not null`),
    check('persons_kind', sql`${t.kind} in ('guest', 'person')`),
    check('persons_language', sql`${t.language} in ('en', 'zh-CN')`),
    check(
      'persons_deleted_is_plain',
      sql`${t.deletedAt} is null or (not ${t.operator} and ${t.passwordHash} is null)`,
    ),
    check(
      'persons_guest_is_plain',
      sql`${t.kind} = 'person' or (not ${t.operator} and ${t.passwordHash} is null)`,
    ),
  ],
)

/** E-mail addresses and phone numbers that a person signs in with, normalised. */
export const logins = pgTable(
  'logins',
  {
    login: text('login').primaryKey(),
    personId: idColumn('person_id').references(() => persons.id),
    kind: text('kind', { enum: ['email', 'phone'] }).notNull(),
    verifiedAt: at('verified_at'),
    createdAt: createdAt(),
  },
  (t) => [check('logins_kind', sql`${t.kind} in ('email', 'phone')`), index('logins_person').on(t.personId)],
)

/** A role in a tenant. */
export const memberships = pgTable(
  'memberships',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    personId: idColumn('person_id').references(() => persons.id),
    role: text('role').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.personId] }),
    index('memberships_person').on(t.personId),
    check('memberships_role', sql`${t.role} in ('owner', 'manager', 'host', 'moderator', 'support')`),
  ],
)

/** Who a merchant's own site says somebody is: (tenant, subject), never linked by e-mail or phone. */
export const assertedIdentities = pgTable(
  'asserted_identities',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    subject: text('subject').notNull(),
    personId: idColumn('person_id').references(() => persons.id),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.subject] }),
    unique('asserted_identities_person').on(t.personId),
  ],
)

/** Opaque sessions; only the token's SHA-256 is kept. An embed's session is bound to a tenant and an origin. */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    personId: idColumn('person_id').references(() => persons.id),
    kind: text('kind', { enum: ['cookie', 'bearer'] }).notNull(),
    tenantId: text('tenant_id').references(() => tenants.id),
    origin: text('origin'),
    /** The identity key that vouched for the person; the session ends when it is revoked. */
    keyId: text('key_id'),
    /** Browser and system in a word each, for the list of one's own sessions. */
    device: text('device').notNull().default(''),
    /** SHA-256 of what its browser is known by; null for one that is known by this session alone. */
    deviceKey: text('device_key'),
    expiresAt: at('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index('sessions_person').on(t.personId),
    index('sessions_expiry').on(t.expiresAt),
    check(
      'sessions_kind',
      sql`${t.kind} = 'cookie' or (${t.tenantId} is not null and ${t.origin} is not null)`,
    ),
  ],
)

/**
 * Links that were mailed: to choose a new password, to confirm an address. Only the token's SHA-256 is kept; using one
 * deletes it, and a newer one of its kind takes its place.
 */
export const mailedTokens = pgTable(
  'mailed_tokens',
  {
    personId: idColumn('person_id').references(() => persons.id),
    purpose: text('purpose', { enum: ['reset', 'verify'] }).notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    /** The address it went to. */
    login: text('login')
      .notNull()
      .references(() => logins.login, { onDelete: 'cascade' }),
    expiresAt: at('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.personId, t.purpose] }),
    check('mailed_tokens_purpose', sql`${t.purpose} in ('reset', 'verify')`),
  ],
)

/** Codes that make the first operator, each printed once by a server that has none. Only their SHA-256 is kept. */
export const setupCodes = pgTable('setup_codes', {
  codeHash: text('code_hash').primaryKey(),
  expiresAt: at('expires_at').notNull(),
})
