import type { Tickets } from '../accounts/index.ts'
import type { Actor } from '../kernel/actor.ts'
import { Fault } from '../kernel/errors.ts'
import type { PlaceInput } from './draft.ts'

export interface EntryDeps {
  tickets: Pick<Tickets, 'verify'>
  /** Out of memory; a ban younger than a ticket can be. */
  isBannedFrom(showId: string, personId: string): Promise<boolean>
}

export type Entry = ReturnType<typeof createEntry>

/**
 * Flash sales are for who is in their show: an order with one of them carries a ticket that the show's visit gave, or
 * the room since. It is checked by its signature, so a rush of strangers touches neither Postgres nor Redis.
 */
export function createEntry({ tickets, isBannedFrom }: EntryDeps) {
  /** @throws Fault `order_ticket_needed`, `banned` */
  return async function enter(
    actor: Actor,
    { showId, lines }: Pick<PlaceInput, 'showId' | 'lines'>,
    token: string | null,
  ): Promise<void> {
    if (lines.every(({ saleId }) => saleId === null)) return
    if (token === null) throw new Fault('order_ticket_needed')
    const ticket = await tickets.verify(token, 'order').catch((cause) => {
      throw new Fault('order_ticket_needed', { cause })
    })
    const elsewhere = actor.embed !== null && actor.embed.tenantId !== ticket.tenantId
    if (ticket.showId !== showId || ticket.personId !== actor.personId || elsewhere) {
      throw new Fault('order_ticket_needed')
    }
    if (await isBannedFrom(showId, actor.personId)) throw new Fault('banned')
  }
}
