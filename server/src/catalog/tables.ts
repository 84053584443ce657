import { sql } from 'drizzle-orm'
import {
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
import { tenants } from '../accounts/tables.ts'
import { createdAt, idColumn, minor } from '../kernel/columns.ts'
import { media } from '../pictures/tables.ts'

export const products = pgTable(
  'products',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    id: idColumn('id'),
    title: text('title').notNull(),
    description: text('description').notNull().default(''),
    status: text('status', { enum: ['draft', 'active', 'archived'] })
      .notNull()
      .default('draft'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('products_id').on(t.id),
    check('products_status', sql`${t.status} in ('draft', 'active', 'archived')`),
  ],
)

export const skus = pgTable(
  'skus',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    productId: idColumn('product_id'),
    code: text('code').notNull(),
    /** Colour, size, …: name to value. */
    options: jsonb('options').$type<Record<string, string>>().notNull().default({}),
    priceMinor: minor('price_minor').notNull(),
    perBuyerLimit: integer('per_buyer_limit'),
    place: integer('place').notNull().default(0),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('skus_id').on(t.id),
    unique('skus_code').on(t.tenantId, t.productId, t.code),
    index('skus_product').on(t.tenantId, t.productId),
    foreignKey({
      name: 'skus_product_fk',
      columns: [t.tenantId, t.productId],
      foreignColumns: [products.tenantId, products.id],
    }),
    check('skus_price', sql`${t.priceMinor} between 1 and 1000000000`),
    check('skus_limit', sql`${t.perBuyerLimit} > 0`),
  ],
)

/** The pictures of a product in order; the first is its cover. */
export const productPictures = pgTable(
  'product_pictures',
  {
    tenantId: idColumn('tenant_id'),
    productId: idColumn('product_id'),
    mediaId: idColumn('media_id'),
    place: integer('place').notNull(),
    /** What is to be seen, for those who do not see it. */
    alt: text('alt').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.productId, t.place] }),
    unique('product_pictures_media').on(t.tenantId, t.productId, t.mediaId),
    index('product_pictures_of').on(t.tenantId, t.mediaId),
    foreignKey({
      name: 'product_pictures_product_fk',
      columns: [t.tenantId, t.productId],
      foreignColumns: [products.tenantId, products.id],
    }),
    foreignKey({
      name: 'product_pictures_media_fk',
      columns: [t.tenantId, t.mediaId],
      foreignColumns: [media.tenantId, media.id],
    }),
  ],
)
