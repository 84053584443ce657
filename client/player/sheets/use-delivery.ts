import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Answer, ApiError, call } from '../../kit/api.ts'
import type { Choice } from './checkout.ts'

type Quote = Answer<'POST /orders/quote'>

/** What delivery of the choice costs. */
export type Delivery =
  | { is: 'asking'; before: Quote | null }
  | { is: 'known'; quote: Quote }
  /** Nothing is delivered there, or the choice cannot be bought. */
  | { is: 'refused'; error: ApiError }
  /** No answer: the order itself will tell. */
  | { is: 'unknown' }

/** While an address is being typed, one question a pause. */
const PAUSE_MS = 300

/** Asks the server for each choice and destination; only the newest answer counts. */
export function useDelivery(
  { showId, skuId, quantity, saleId, expectedTotalMinor }: Choice,
  { country, region }: { country: string; region: string },
): Delivery {
  const delivery = useSignal<Delivery>({ is: 'asking', before: null })
  useEffect(() => {
    const newest = new AbortController()
    const last = delivery.peek()
    delivery.value = { is: 'asking', before: last.is === 'known' ? last.quote : null }
    const ask = async () => {
      const body = { showId, lines: [{ skuId, quantity, saleId }], to: { country, region } }
      const answer = await call('POST /orders/quote', { body, signal: newest.signal }).then(
        (quote): Delivery => ({ is: 'known', quote }),
        (error): Delivery => (error instanceof ApiError ? { is: 'refused', error } : { is: 'unknown' }),
      )
      if (!newest.signal.aborted) delivery.value = answer
    }
    const timer = setTimeout(ask, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      newest.abort()
    }
  }, [showId, skuId, quantity, saleId, expectedTotalMinor, country, region])
  return delivery.value
}
