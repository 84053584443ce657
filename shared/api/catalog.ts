import { z } from 'zod'
import { PRODUCT_PICTURES_MAX } from '../pictures.ts'
import { amountMinor, contract, id, page, pageOf, title } from './contract.ts'
import { pictureView } from './pictures.ts'

const tag = 'Catalog'
const inTenant = z.object({ tenantId: id })
const inProduct = z.object({ tenantId: id, productId: id })
const inSku = z.object({ tenantId: id, skuId: id })

export const PRODUCT_STATUSES = ['draft', 'active', 'archived'] as const

export const skuView = z.object({
  id,
  code: z.string(),
  options: z.record(z.string(), z.string()),
  priceMinor: amountMinor,
  perBuyerLimit: z.int().nullable(),
  stock: z.object({ onHand: z.int(), available: z.int(), reserved: z.int(), sold: z.int() }),
})

export const productView = z.object({
  id,
  title: z.string(),
  description: z.string(),
  status: z.enum(PRODUCT_STATUSES),
  /** In order; the first is the cover. */
  pictures: z.array(pictureView.extend({ alt: z.string() })),
  /** Of the cover. */
  pictureUrl: z.string().nullable(),
  skus: z.array(skuView),
})
export type ProductView = z.infer<typeof productView>

const skuInput = z.object({
  code: z.string().trim().min(1).max(60),
  options: z.record(z.string().min(1).max(40), z.string().min(1).max(80)).default({}),
  priceMinor: amountMinor.min(1),
  perBuyerLimit: z.int().min(1).max(1000).nullable().default(null),
  /** Units on hand at the start. */
  stock: z.int().min(0).max(1_000_000).default(0),
})
const pictures = z
  .array(z.object({ id, alt: z.string().trim().max(200).default('') }))
  .max(PRODUCT_PICTURES_MAX)
  .refine((list) => new Set(list.map((picture) => picture.id)).size === list.length, 'each picture once')
const description = z.string().trim().max(4000)

export const listProducts = contract({
  method: 'GET',
  path: '/tenants/:tenantId/products',
  tag,
  summary: 'Products, newest first',
  who: 'catalog:read',
  params: inTenant,
  query: page.extend({
    q: z.string().trim().max(80).optional().describe('Part of the title or of a SKU’s code'),
    status: z.enum(PRODUCT_STATUSES).optional(),
  }),
  output: pageOf(productView),
})

export const createProduct = contract({
  method: 'POST',
  path: '/tenants/:tenantId/products',
  tag,
  summary: 'Add a product with its SKUs',
  who: 'catalog:write',
  params: inTenant,
  body: z.object({
    title,
    description: description.default(''),
    status: z.enum(PRODUCT_STATUSES).default('draft'),
    skus: z.array(skuInput).min(1).max(50),
    pictures: pictures.default([]),
  }),
  output: productView,
  status: 201,
})

export const getProduct = contract({
  method: 'GET',
  path: '/tenants/:tenantId/products/:productId',
  tag,
  summary: 'A product',
  who: 'catalog:read',
  params: inProduct,
  output: productView,
})

export const updateProduct = contract({
  method: 'PATCH',
  path: '/tenants/:tenantId/products/:productId',
  tag,
  summary: 'Change a product',
  who: 'catalog:write',
  params: inProduct,
  body: z.object({ title, description, status: z.enum(PRODUCT_STATUSES) }).partial(),
  output: productView,
})

export const putPictures = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/products/:productId/pictures',
  tag,
  summary: 'Set the pictures of a product, in order',
  who: 'catalog:write',
  params: inProduct,
  body: z.object({ pictures }),
  output: productView,
})

export const addSku = contract({
  method: 'POST',
  path: '/tenants/:tenantId/products/:productId/skus',
  tag,
  summary: 'Add a SKU to a product',
  who: 'catalog:write',
  params: inProduct,
  body: skuInput,
  output: productView,
  status: 201,
})

export const updateSku = contract({
  method: 'PATCH',
  path: '/tenants/:tenantId/skus/:skuId',
  tag,
  summary: 'Change a SKU',
  who: 'catalog:write',
  params: inSku,
  body: skuInput.pick({ code: true, priceMinor: true, perBuyerLimit: true }).partial(),
  output: productView,
})

export const adjustStock = contract({
  method: 'POST',
  path: '/tenants/:tenantId/skus/:skuId/stock',
  tag,
  summary: 'Add units to the stock, or take some away',
  who: 'stock:write',
  params: inSku,
  body: z.object({ delta: z.int().min(-1_000_000).max(1_000_000), note: z.string().max(200).default('') }),
  output: z.object({ onHand: z.int(), available: z.int(), reserved: z.int(), sold: z.int() }),
  errors: ['stock_below_zero'],
})
