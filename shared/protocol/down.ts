import type * as z from 'zod/mini'
import { ack } from './down/ack.ts'
import { battle } from './down/battle.ts'
import { chat } from './down/chat.ts'
import { clock } from './down/clock.ts'
import { deleted } from './down/deleted.ts'
import { draw } from './down/draw.ts'
import { layout } from './down/layout.ts'
import { likes } from './down/likes.ts'
import { media } from './down/media.ts'
import { move } from './down/move.ts'
import { pinned } from './down/pinned.ts'
import { pinnedLine } from './down/pinnedLine.ts'
import { reach } from './down/reach.ts'
import { resync } from './down/resync.ts'
import { sale } from './down/sale.ts'
import { score } from './down/score.ts'
import { shelf } from './down/shelf.ts'
import { show } from './down/show.ts'
import { speaker } from './down/speaker.ts'
import { stock } from './down/stock.ts'
import { tip } from './down/tip.ts'
import { viewers } from './down/viewers.ts'
import { wait } from './down/wait.ts'
import { welcome } from './down/welcome.ts'
import { you } from './down/you.ts'
import type { DeliveryClass } from './message.ts'
import { CHAT_ROLES } from './parts.ts'

/** Every message the server sends to a viewer. A frame on the wire is a JSON array of these. */
export const DOWN = [
  welcome,
  ack,
  clock,
  you,
  wait,
  draw,
  resync,
  move,
  show,
  shelf,
  pinned,
  sale,
  deleted,
  pinnedLine,
  layout,
  battle,
  stock,
  score,
  viewers,
  likes,
  reach,
  media,
  speaker,
  tip,
  chat,
] as const

type Message = (typeof DOWN)[number]
export type Down = z.infer<Message['schema']>
export type DownOf<C extends DeliveryClass> = z.infer<Extract<Message, { delivery: C }>['schema']>
export type StateEvent = DownOf<'state'>
/** A state event before the database gave it its place in the stream. */
export type StateDraft = StateEvent extends infer E ? (E extends StateEvent ? Omit<E, 'pos'> : never) : never

/** What a gift is deduplicated by. */
export function giftIdOf(event: DownOf<'gift'>): string {
  return event.tip.id
}

/** Who speaks: when not every line can be shown, a higher rank is shown first. */
export function chatRankOf(event: DownOf<'chat'>): number {
  return CHAT_ROLES.indexOf(event.line.role)
}

const MESSAGE_OF = new Map<string, Message>(DOWN.map((message) => [message.type, message]))

/** The delivery class of a message, as declared beside its schema. */
export function deliveryClassOf(event: Down): DeliveryClass {
  return MESSAGE_OF.get(event.t)!.delivery
}

export function isOfClass<C extends DeliveryClass>(event: Down, delivery: C): event is DownOf<C> {
  return deliveryClassOf(event) === delivery
}

/** Reads a message that was stored or received; null where it is none of this protocol's. */
export function parseDown(value: unknown): Down | null {
  if (typeof value !== 'object' || value === null || !('t' in value) || typeof value.t !== 'string')
    return null
  const parsed = MESSAGE_OF.get(value.t)?.schema.safeParse(value)
  return parsed?.success ? parsed.data : null
}
