import * as z from 'zod/mini'
import { down, id } from '../message.ts'

/** Units left of a SKU, and of its flash sale where one is open, with how many wait for their turn. The key is the SKU. */
export const stock = down('stock', 'latest', {
  key: id,
  left: z.int(),
  sale: z.nullable(z.strictObject({ id, left: z.int(), waiting: z.optional(z.int()) })),
})
