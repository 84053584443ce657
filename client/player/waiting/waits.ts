import { type ReadonlySignal, signal } from '@preact/signals'
import type { SaleWait } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'

/** This viewer's places on waiting lists, by sale; those that are over are forgotten. */
export const waits = signal<ReadonlyMap<string, SaleWait>>(new Map())

const isOpen = ({ status }: SaleWait): boolean => status === 'waiting' || status === 'offered'

/** Takes what the server says of one place. */
export function heard(wait: SaleWait): void {
  if (isOpen(wait)) waits.value = new Map(waits.peek()).set(wait.saleId, wait)
  else forget(wait.saleId)
}

/** Asks for all places of a show: what was told while nobody listened. */
export async function refresh(showId: string): Promise<void> {
  const { items } = await call('GET /shows/:showId/waits', { params: { showId } })
  waits.value = new Map(items.map((wait) => [wait.saleId, wait]))
}

export async function join(showId: string, saleId: string): Promise<void> {
  heard(await call('POST /shows/:showId/flash-sales/:saleId/wait', { params: { showId, saleId }, body: {} }))
}

export async function leave(showId: string, saleId: string): Promise<void> {
  await call('DELETE /shows/:showId/flash-sales/:saleId/wait', { params: { showId, saleId } })
  forget(saleId)
}

/** After the unit was bought, or the place given up. */
export function forget(saleId: string): void {
  const next = new Map(waits.peek())
  next.delete(saleId)
  waits.value = next
}

/** For how long a unit of this sale is still set aside for this viewer, or null; without an offer no clock is read. */
export function offerLeftMs(saleId: string, now: ReadonlySignal<number>): number | null {
  const wait = waits.value.get(saleId)
  if (wait?.status !== 'offered' || wait.until === null) return null
  const leftMs = wait.until - now.value
  return leftMs > 0 ? leftMs : null
}
