import { type Signal, signal } from '@preact/signals'
import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { ChatLine, Me, SaleView } from '@shelfcast/shared/protocol/parts.ts'
import type { RoomState, RoomStatus } from '../kit/room.ts'
import { isOver } from '../kit/sales/is-over.ts'
import type { Visit } from '../kit/watch/tickets.ts'
import type { Entry } from './face.ts'
import type { ReplaySession } from './replay/session.ts'

/** The sheet over the picture; one at a time. */
export type SheetView =
  | { kind: 'bag' }
  | { kind: 'checkout'; itemId: string; skuId: string | null }
  | { kind: 'order'; orderId: string }
  | { kind: 'orders' }
  | { kind: 'tips' }
  | { kind: 'menu' }
  | { kind: 'qr' }
  /** `returnTo` comes back after signing in. */
  | { kind: 'sign-in'; returnTo: SheetView | null }

/** All that the player knows, as signals: components read them and are drawn anew by themselves. */
export interface PlayerState {
  readonly entry: Signal<Entry>
  readonly visit: Signal<Visit | null>
  readonly room: Signal<RoomState | null>
  readonly roomStatus: Signal<RoomStatus>
  readonly refusal: Signal<ErrorCode | null>
  readonly me: Signal<Me | null>
  /** The newest last, at most `LINES_MAX`. */
  readonly lines: Signal<ChatLine[]>
  /** When this viewer saw each flash sale end (server clock), so that the card can say so for a while. */
  readonly salesEndedAt: Signal<ReadonlyMap<string, number>>
  /** The last that was told of an order's turn in a flash sale. */
  readonly draw: Signal<{ skuId: string; until: number } | null>
  readonly sheet: Signal<SheetView | null>
  readonly soundOn: Signal<boolean>
  /** Every host's picture runs in a place of its own. */
  readonly seatsShown: Signal<boolean>
  /** Tells the moment that a picture which is behind shows, on the server's clock; null where it is as good as now. */
  readonly pictureAt: Signal<(() => number | null) | null>
  /** The replay on the screen, once there is one. */
  readonly replay: Signal<ReplaySession | null>
}

export const LINES_MAX = 150

export function createState(): PlayerState {
  return {
    entry: signal<Entry>('entering'),
    visit: signal<Visit | null>(null),
    room: signal<RoomState | null>(null),
    roomStatus: signal<RoomStatus>('connecting'),
    refusal: signal<ErrorCode | null>(null),
    me: signal<Me | null>(null),
    lines: signal<ChatLine[]>([]),
    salesEndedAt: signal<ReadonlyMap<string, number>>(new Map()),
    draw: signal(null),
    sheet: signal<SheetView | null>(null),
    soundOn: signal(false),
    seatsShown: signal(false),
    pictureAt: signal(null),
    replay: signal(null),
  }
}

/** Adds lines to those known, each once, oldest out first. */
export function withLines(known: readonly ChatLine[], more: readonly ChatLine[]): ChatLine[] {
  const ids = new Set(known.map((line) => line.id))
  const fresh = more.filter((line) => !ids.has(line.id))
  return [...known, ...fresh].sort((a, b) => a.at - b.at).slice(-LINES_MAX)
}

/** Notes a sale's end the first time it is told; a sale that opened again is forgotten. */
export function withSaleEnd(
  known: ReadonlyMap<string, number>,
  sale: SaleView,
  nowMs: number,
): ReadonlyMap<string, number> {
  const over = isOver(sale)
  if (over === known.has(sale.id)) return known
  const next = new Map(known)
  if (over) next.set(sale.id, nowMs)
  else next.delete(sale.id)
  return next
}

/** The system's wish for less motion, as of now. */
export const prefersLessMotion = (): boolean =>
  typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches

/** What is shown in this moment, of the show or of its replay. */
export function pinnedItemId({ room, replay }: PlayerState): string | null | undefined {
  if (replay.value) return replay.value.chapter.value?.itemId
  return room.value?.show.status === 'ended' ? null : room.value?.pinnedItemId
}

/** The show as the picture shows it, which may be behind what can be bought. */
export const seenShow = ({ room }: PlayerState) => room.value?.seenShow ?? room.value?.show
