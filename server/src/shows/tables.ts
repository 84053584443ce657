import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { memberships, tenants } from '../accounts/tables.ts'
import { products } from '../catalog/tables.ts'
import { at, createdAt, idColumn, minor } from '../kernel/columns.ts'
import { media } from '../pictures/tables.ts'

export const shows = pgTable(
  'shows',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    id: idColumn('id'),
    title: text('title').notNull(),
    description: text('description').notNull().default(''),
    /** A picture that stands for the show wherever it is listed, and in the player before it begins. */
    coverId: text('cover_id'),
    status: text('status', { enum: ['scheduled', 'live', 'paused', 'ended'] })
      .notNull()
      .default('scheduled'),
    /** Since when the host has been gone without ending the show. */
    hostAwaySince: at('host_away_since'),
    pinnedItemId: text('pinned_item_id'),
    /** When a host did that; a shelf that loses its pinned item leaves it. */
    pinnedAt: at('pinned_at'),
    /** How the stage looks, as its room was told last; null until a host has gone live. */
    layout: jsonb('layout').$type<StageLayout & { silenced?: string[] }>(),
    /** Chat lines that its room shows in a second; null for as many as the server does otherwise. */
    chatLinesPerS: integer('chat_lines_per_s'),
    /** Of the newest claim to be the show's home: what an older one still writes changes nothing. */
    homeFence: bigint('home_fence', { mode: 'number' }).notNull().default(0),
    scheduledAt: at('scheduled_at'),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('shows_id').on(t.id),
    index('shows_status').on(t.status),
    index('shows_cover').on(t.tenantId, t.coverId),
    foreignKey({
      name: 'shows_cover_fk',
      columns: [t.tenantId, t.coverId],
      foreignColumns: [media.tenantId, media.id],
    }),
    check('shows_status', sql`${t.status} in ('scheduled', 'live', 'paused', 'ended')`),
    check('shows_started', sql`${t.status} not in ('live', 'paused') or ${t.startedAt} is not null`),
    check('shows_chat_rate', sql`${t.chatLinesPerS} between 1 and 200`),
    check('shows_ended', sql`(${t.status} = 'ended') = (${t.endedAt} is not null)`),
  ],
)

/** Who may host a show: members of its tenant. */
export const showHosts = pgTable(
  'show_hosts',
  {
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    personId: idColumn('person_id'),
    /** The lead host ends and hands over the show. */
    lead: boolean('lead').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.showId, t.personId] }),
    foreignKey({
      name: 'show_hosts_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    foreignKey({
      name: 'show_hosts_member_fk',
      columns: [t.tenantId, t.personId],
      foreignColumns: [memberships.tenantId, memberships.personId],
    }),
  ],
)

/** A product's place on the shelf of a show. */
export const shelfItems = pgTable(
  'shelf_items',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    productId: idColumn('product_id'),
    place: integer('place').notNull(),
    sellingPoint: text('selling_point').notNull().default(''),
    livePriceMinor: minor('live_price_minor'),
    /** Rises with every change of the live price, by a trigger. */
    livePriceVersion: integer('live_price_version').notNull().default(1),
    /** What the host reads from the teleprompter; viewers never get it. */
    script: text('script').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('shelf_items_product').on(t.tenantId, t.showId, t.productId),
    foreignKey({
      name: 'shelf_items_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    foreignKey({
      name: 'shelf_items_product_fk',
      columns: [t.tenantId, t.productId],
      foreignColumns: [products.tenantId, products.id],
    }),
    check('shelf_items_price', sql`${t.livePriceMinor} between 1 and 1000000000`),
    check('shelf_items_script', sql`length(${t.script}) <= 4000`),
  ],
)
