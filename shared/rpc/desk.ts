import { z } from 'zod'
import { id } from '../api/contract.ts'
import { merchantOrderView } from '../api/orders.ts'
import { call } from './call.ts'

/** Watch what a show sells. Needs `shows:read`; orders come only to those who hold `orders:read`. */
export const watchDesk = call({
  name: 'desk.watch',
  input: z.object({ tenantId: id, showId: id }),
  output: z.object({ orders: z.array(merchantOrderView), tipCoins: z.int() }),
})

/** Sent by the server on every change of an order of the watched show. */
export const DESK_ORDER = 'desk.order'
export const deskOrder = merchantOrderView

/** Sent by the server when the watched show's tips grow. */
export const DESK_TIPS = 'desk.tips'
export const deskTips = z.object({ coins: z.int() })
