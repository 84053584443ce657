import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { products } from '../catalog/tables.ts'
import { at, createdAt, idColumn, minor } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'

/** What is kept of a show's picture and sound, from its first recorded second on. */
export const replays = pgTable(
  'replays',
  {
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    /** `recording` until the show has ended and its clips are cut; `deleted`: only this row is left. */
    status: text('status', { enum: ['recording', 'ready', 'deleted'] })
      .notNull()
      .default('recording'),
    /** The merchant does not show it. */
    hidden: boolean('hidden').notNull().default(false),
    /** Why a part is missing: the last reason there was. */
    trouble: text('trouble', {
      enum: ['storage_full', 'storage_failed', 'encoder_failed', 'too_many', 'sound_alone'],
    }),
    /** The replay can be seen, but not all of its clips could be made; they are tried again. */
    clipsMissing: boolean('clips_missing').notNull().default(false),
    /** Since when a process cuts its clips; another one takes it up when that takes too long, or when some are missing. */
    claimedAt: at('claimed_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.showId] }),
    index('replays_status').on(t.status),
    foreignKey({
      name: 'replays_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('replays_status', sql`${t.status} in ('recording', 'ready', 'deleted')`),
  ],
)

/** One picture of a host, with what all hosts said, without a break: one initialisation segment, and media segments after it. */
export const takes = pgTable(
  'takes',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    personId: idColumn('person_id').references(() => persons.id),
    source: text('source', { enum: ['camera', 'screen'] })
      .notNull()
      .default('camera'),
    /** Of its first picture, on the server's clock. */
    startedAt: at('started_at').notNull(),
    /** Null while it goes on. */
    endedAt: at('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('takes_id').on(t.id),
    index('takes_show').on(t.tenantId, t.showId),
    index('takes_open').on(t.startedAt).where(sql`ended_at is null`),
    check('takes_source', sql`${t.source} in ('camera', 'screen')`),
    foreignKey({
      name: 'takes_replay_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [replays.tenantId, replays.showId],
    }).onDelete('cascade'),
  ],
)

/** A part of a take that begins with a key frame and is in storage. */
export const takeSegments = pgTable(
  'take_segments',
  {
    tenantId: idColumn('tenant_id'),
    takeId: idColumn('take_id'),
    seq: integer('seq').notNull(),
    /** From the take's first picture. */
    fromMs: integer('from_ms').notNull(),
    durationMs: integer('duration_ms').notNull(),
    bytes: integer('bytes').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.takeId, t.seq] }),
    foreignKey({
      name: 'take_segments_take_fk',
      columns: [t.tenantId, t.takeId],
      foreignColumns: [takes.tenantId, takes.id],
    }).onDelete('cascade'),
    check(
      'take_segments_positive',
      sql`${t.seq} >= 0 and ${t.fromMs} >= 0 and ${t.durationMs} > 0 and ${t.bytes} > 0`,
    ),
  ],
)

/** What a show said about a product while it was pinned: one MP4 file. */
export const clips = pgTable(
  'clips',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    productId: idColumn('product_id'),
    /** On the server's clock. */
    fromAt: at('from_at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    bytes: minor('bytes').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('clips_id').on(t.id),
    index('clips_show').on(t.tenantId, t.showId),
    index('clips_product').on(t.tenantId, t.productId, t.id),
    foreignKey({
      name: 'clips_replay_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [replays.tenantId, replays.showId],
    }).onDelete('cascade'),
    foreignKey({
      name: 'clips_product_fk',
      columns: [t.tenantId, t.productId],
      foreignColumns: [products.tenantId, products.id],
    }),
    check('clips_positive', sql`${t.durationMs} > 0 and ${t.bytes} > 0`),
  ],
)
