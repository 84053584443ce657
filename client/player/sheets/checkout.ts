import { type Signal, signal } from '@preact/signals'
import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import { type Address, NO_ADDRESS } from '../../kit/address/address.ts'
import { type Answer, ApiError, call, codeOf } from '../../kit/api.ts'
import { createAttempts } from '../../kit/attempt.ts'
import { consent } from '../../kit/consent/consent.ts'
import { createKeeper } from '../../kit/keep.ts'
import type { Player } from '../player.ts'
import { keepAddress, keptAddress } from './address.ts'
import type { SavedAddresses } from './saved-addresses.ts'
import { visitSource } from './source.ts'

export type Order = Answer<'POST /orders'>

/** What stopped an order, as far as the sheet must act on it. */
export type Trouble =
  | { kind: 'price_changed'; totalMinor: number }
  /** The server said no; `code` is `invalid_input`, `sold_out`, `buyer_limit`, … */
  | { kind: 'refused'; code: ErrorCode; error: ApiError }
  /** No answer came. The same key goes with the next try, so pressing again is safe. */
  | { kind: 'unanswered' }

export interface Choice {
  showId: string
  skuId: string
  quantity: number
  saleId: string | null
  /** It is the unit that the sale's waiting list has set aside. */
  offered: boolean
  expectedTotalMinor: number
}

/** One checkout: the address being typed, and the order's attempts under one Idempotency-Key each. */
export interface Checkout {
  readonly address: Signal<Address>
  readonly saved: SavedAddresses
  readonly busy: Signal<boolean>
  readonly trouble: Signal<Trouble | null>
  /** Null when it did not work; then `trouble` says why. */
  place(choice: Choice): Promise<Order | null>
}

/** @param country the likeliest one, where no address is kept */
export function createCheckout(
  country: string,
  saved: SavedAddresses,
  player: Pick<Player, 'embed' | 'orderTicket'>,
): Checkout {
  // Survives a reload: an order whose answer was lost is asked for again under the same key.
  const attempts = createAttempts(createKeeper('shelfcast.order-attempt'))
  const address = signal(keptAddress() ?? { ...NO_ADDRESS, country })
  const busy = signal(false)
  const trouble = signal<Trouble | null>(null)
  return {
    address,
    saved,
    busy,
    trouble,
    async place({ showId, skuId, quantity, saleId, offered, expectedTotalMinor }) {
      busy.value = true
      trouble.value = null
      keepAddress(address.value) // before the answer: signing in on the way, or a reload, types nothing twice
      const body = {
        showId,
        lines: [{ skuId, quantity, saleId, ...(offered && { offered }) }],
        address: address.value,
        expectedTotalMinor,
        // The server keeps it of nobody who did not agree; it need not even hear it.
        visit:
          consent.value === 'yes'
            ? visitSource(location.search, document.referrer, player.embed !== null)
            : {},
      }
      try {
        const order = await attempts.run(body, async (idempotencyKey) => {
          const write = async (refused: boolean) =>
            call('POST /orders', {
              ...{ body, idempotencyKey },
              ...(saleId !== null && { orderTicket: await player.orderTicket(refused) }),
            })
          return write(false).catch((error: unknown) => {
            if (codeOf(error) !== 'order_ticket_needed') throw error
            return write(true) // it ran out on the way, or was somebody else's before signing in
          })
        })
        saved.keepOrdered(body.address)
        return order
      } catch (error) {
        trouble.value = troubleOf(error)
        return null
      } finally {
        busy.value = false
      }
    },
  }
}

/** Reads a refusal. `price_changed` carries the new total in `extra.totalMinor`. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return { kind: 'unanswered' }
  const { code, extra } = error.problem
  const totalMinor = extra?.totalMinor
  return code === 'price_changed' && typeof totalMinor === 'number'
    ? { kind: 'price_changed', totalMinor }
    : { kind: 'refused', code, error }
}
