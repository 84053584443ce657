import * as z from 'zod/mini'
import { id, serverTimeMs } from './message.ts'

/** Values that several messages carry. Amounts are minor units of the tenant's currency. */

export const skuView = z.strictObject({
  id,
  code: z.string(),
  options: z.record(z.string(), z.string()),
  priceMinor: z.int(),
  perBuyerLimit: z.nullable(z.int()),
  /** Units left to buy when the view was made. */
  left: z.int(),
})
export type SkuView = z.infer<typeof skuView>

/** One place on a show's shelf. */
export const shelfItemView = z.strictObject({
  id,
  productId: id,
  title: z.string(),
  description: z.string(),
  sellingPoint: z.string(),
  pictureUrl: z.nullable(z.string()),
  /** The price while the show is live, where the merchant set one; it comes before the SKU's list price. */
  livePriceMinor: z.nullable(z.int()),
  skus: z.array(skuView),
})
export type ShelfItemView = z.infer<typeof shelfItemView>

export const SALE_STATUSES = ['scheduled', 'countdown', 'running', 'ended', 'stopped'] as const

/**
 * A flash sale as everyone in the room sees it. `startsAt` and `endsAt` are on the server's clock and null until
 * the countdown is started.
 */
export const saleView = z.strictObject({
  id,
  skuId: id,
  productId: id,
  title: z.string(),
  status: z.enum(SALE_STATUSES),
  priceMinor: z.int(),
  listPriceMinor: z.int(),
  quantity: z.int(),
  left: z.int(),
  perBuyerLimit: z.int(),
  countdownS: z.int(),
  durationS: z.int(),
  startsAt: z.nullable(serverTimeMs),
  endsAt: z.nullable(serverTimeMs),
})
export type SaleView = z.infer<typeof saleView>

export const SHOW_STATUSES = ['scheduled', 'live', 'paused', 'ended'] as const
export const showStatus = z.enum(SHOW_STATUSES)
export type ShowStatus = z.infer<typeof showStatus>

/** `paused` with `hostAway` means: the host dropped and has grace time to come back. */
export const showView = z.strictObject({
  id,
  title: z.string(),
  status: showStatus,
  hostAway: z.boolean(),
  scheduledAt: z.nullable(serverTimeMs),
  startedAt: z.nullable(serverTimeMs),
})
export type ShowView = z.infer<typeof showView>

/** Roles in a room, by rank: when not every line can be shown, those of the last are shown first. */
export const CHAT_ROLES = ['viewer', 'buyer', 'moderator', 'host'] as const
export const chatRole = z.enum(CHAT_ROLES)
export type ChatRole = z.infer<typeof chatRole>

/** Who the viewer is in this room. */
export const me = z.strictObject({
  personId: id,
  name: z.string(),
  role: chatRole,
  mutedUntil: z.nullable(serverTimeMs),
})
export type Me = z.infer<typeof me>
export const meChange = z.strictObject({
  personId: z.exactOptional(id),
  name: z.exactOptional(z.string()),
  role: z.exactOptional(chatRole),
  mutedUntil: z.exactOptional(z.nullable(serverTimeMs)),
})

export const chatLine = z.strictObject({
  id,
  personId: id,
  name: z.string(),
  role: chatRole,
  text: z.string(),
  at: serverTimeMs,
})
export type ChatLine = z.infer<typeof chatLine>

export const tipView = z.strictObject({
  id,
  personId: id,
  name: z.string(),
  giftId: z.string(),
  count: z.int(),
  coins: z.int(),
  at: serverTimeMs,
})
export type TipView = z.infer<typeof tipView>

/** All that a viewer needs to draw the room, as of one position of its stream. */
export const snapshot = z.strictObject({
  show: showView,
  shelf: z.array(shelfItemView),
  pinnedItemId: z.nullable(id),
  sales: z.array(saleView),
  viewers: z.int(),
  likes: z.int(),
  recentChat: z.array(chatLine),
  /** Stands above the chat. */
  pinnedLine: z.nullable(chatLine),
  recentTips: z.array(tipView),
})
export type Snapshot = z.infer<typeof snapshot>
