import { z } from 'zod'
import { amountMinor, contract, id } from './contract.ts'

const tag = 'Shipping'
const inTenant = z.object({ tenantId: id })

export const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166 code such as CN')

const terms = z.object({
  feeMinor: amountMinor.describe('Of the whole order'),
  freeFromMinor: amountMinor
    .nullable()
    .describe('What the items must come to for free delivery; null for never'),
})
export type ShippingTerms = z.infer<typeof terms>

/**
 * What delivery costs. A zone that names the buyer's region goes before one of their whole country, and that before
 * `elsewhere`. Null terms mean: no delivery there.
 */
export const shippingRule = z.object({
  elsewhere: terms.nullable(),
  zones: z
    .array(
      z.object({
        country,
        /** Provinces or states; none for the whole country. */
        regions: z.array(z.string().trim().min(1).max(80)).max(50),
        terms: terms.nullable(),
      }),
    )
    .max(50),
})
export type ShippingRule = z.infer<typeof shippingRule>

/** Each change is a version, and an order keeps the version that it was priced by. 0: never set, delivery is free. */
const shippingView = z.object({ version: z.int(), rule: shippingRule })

export const getShipping = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shipping',
  tag,
  summary: 'What delivery costs',
  who: 'tenant:read',
  params: inTenant,
  output: shippingView,
})

export const putShipping = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/shipping',
  tag,
  summary: 'Set what delivery costs, from the next order on',
  who: 'catalog:write',
  params: inTenant,
  body: shippingRule,
  output: shippingView,
  errors: ['unavailable'],
})
