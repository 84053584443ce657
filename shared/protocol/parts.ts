import * as z from 'zod/mini'
import { ALLOCATIONS } from '../allocation.ts'
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
  /** Prices of campaigns that were not over; each holds from its first moment to just before its last. */
  campaigns: z.optional(
    z.array(z.strictObject({ priceMinor: z.int(), startsAt: serverTimeMs, endsAt: serverTimeMs })),
  ),
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
  allocation: z.enum(ALLOCATIONS),
  countdownS: z.int(),
  durationS: z.int(),
  startsAt: z.nullable(serverTimeMs),
  endsAt: z.nullable(serverTimeMs),
})
export type SaleView = z.infer<typeof saleView>

export const WAIT_STATUSES = ['waiting', 'offered', 'bought', 'lapsed', 'left', 'over'] as const

/**
 * One's own place on the waiting list of a flash sale. `offered`: one unit is set aside until `until`; who lets it lapse
 * has left the list.
 */
export const saleWait = z.strictObject({
  saleId: id,
  status: z.enum(WAIT_STATUSES),
  /** How many wait before this one. */
  ahead: z.int(),
  until: z.nullable(serverTimeMs),
})
export type SaleWait = z.infer<typeof saleWait>

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

/**
 * - `solo`: the main seat's picture.
 * - `side`: all seats side by side.
 * - `pip`: the main seat's picture, the others small in it.
 * - `screen`: the shared screen, and its host.
 */
export const LAYOUT_KINDS = ['solo', 'side', 'pip', 'screen'] as const

/**
 * A host on stage. Of what is sent the id of its track is told, null where there is none: a new id is a new track, which
 * a viewer's session does not have yet.
 */
export const seatView = z.strictObject({
  personId: id,
  name: z.string(),
  camera: z.nullable(id),
  microphone: z.nullable(id),
  screen: z.nullable(id),
  /** The microphone is off, by its host or by who runs the show. */
  muted: z.boolean(),
})
export type SeatView = z.infer<typeof seatView>

/** How the stage looks. What is wished for stands here even while a seat is empty; `shared/layout.ts` makes tiles of it. */
export const stageLayout = z.strictObject({
  kind: z.enum(LAYOUT_KINDS),
  /** Whose picture is the largest, where there is one; null for the show's lead. */
  main: z.nullable(id),
  /** Who runs the show. */
  lead: z.nullable(id),
  /** On air, in the order in which they came. */
  seats: z.array(seatView),
  /**
   * While there is a battle: who is seen of the other show, under that show's id. It has no camera while it is away. Its
   * picture stands beside the main one of this show, whatever `kind` says.
   */
  rival: z.exactOptional(seatView),
})
export type StageLayout = z.infer<typeof stageLayout>

/** A show in a battle. */
const battleSide = z.strictObject({ showId: id, title: z.string(), shop: z.string() })

/**
 * A battle with another show for tips, as this room has it: `running` until `endsAt`, then its `result` for a short
 * while, then `over`, which takes it from the screen.
 */
export const battleView = z.strictObject({
  id,
  status: z.enum(['running', 'result', 'over']),
  startsAt: serverTimeMs,
  /** When it ended, once it has. */
  endsAt: serverTimeMs,
  own: battleSide,
  rival: battleSide,
  /** Null while it runs. `given_up` and `show_ended` are the loser's, whatever the coins. */
  result: z.nullable(
    z.strictObject({
      outcome: z.enum(['won', 'lost', 'draw']),
      by: z.enum(['time', 'given_up', 'show_ended']),
      own: z.int(),
      rival: z.int(),
    }),
  ),
})
export type BattleView = z.infer<typeof battleView>

/** Coins of a side, and who gave most, the first first. */
const sideScore = z.strictObject({
  coins: z.int(),
  supporters: z.array(z.strictObject({ name: z.string(), coins: z.int() })),
})
export const battleScore = z.strictObject({ battleId: id, own: sideScore, rival: sideScore })
export type BattleScore = z.infer<typeof battleScore>

/** All that a viewer needs to draw the room, as of one position of its stream. */
export const snapshot = z.strictObject({
  show: showView,
  shelf: z.array(shelfItemView),
  pinnedItemId: z.nullable(id),
  /** When that was done, on the clock of the picture; null where nobody knows any more. */
  pinnedAt: z.nullable(serverTimeMs),
  sales: z.array(saleView),
  viewers: z.int(),
  likes: z.int(),
  recentChat: z.array(chatLine),
  /** Stands above the chat. */
  pinnedLine: z.nullable(chatLine),
  recentTips: z.array(tipView),
  /** Null until a host has gone live. */
  layout: z.nullable(stageLayout),
  /** Null while there is none. */
  battle: z.nullable(battleView),
  score: z.nullable(battleScore),
})
export type Snapshot = z.infer<typeof snapshot>
