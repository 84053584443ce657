import { z } from 'zod'

/** What the outbox says of stock: read back here, so parsed. */
export const changedStock = z.object({ tenantId: z.string(), skuIds: z.array(z.string()) })

export const changedOrder = changedStock.extend({ personId: z.string(), status: z.string() })
