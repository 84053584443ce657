import { type Signal, signal } from '@preact/signals'
import { type Address, isComplete } from '../../kit/address/address.ts'
import { type Answer, call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { toast } from '../../kit/ui/toast.tsx'

export type SavedAddress = Answer<'GET /me/addresses'>['items'][number]

/** The buyer's address book at the checkout. */
export interface SavedAddresses {
  readonly items: Signal<readonly SavedAddress[]>
  /** Whether the address that is ordered with shall be saved; null until the address book is known. */
  readonly keep: Signal<boolean | null>
  /** Fetches the book. Its default becomes the address, unless the buyer has begun to type another one. */
  load(address: Signal<Address>): Promise<void>
  /** After an order: saves the address if that was asked for. */
  keepOrdered(address: Address): void
}

export function createSavedAddresses(): SavedAddresses {
  const items = signal<readonly SavedAddress[]>([])
  const keep = signal<boolean | null>(null)
  return {
    items,
    keep,
    async load(address) {
      const before = address.peek()
      const book = await call('GET /me/addresses').catch(() => null) // then it is typed, as without a book
      if (!book) return
      items.value = book.items
      keep.value = false
      const chosen = book.items[0]
      if (chosen && address.peek() === before) address.value = plain(chosen)
    },
    keepOrdered(address) {
      if (!keep.peek() || !isComplete(address) || items.peek().some((one) => same(one, address))) return
      call('POST /me/addresses', { body: address }).catch((error: unknown) => toast(errorText(error), 'bad'))
    },
  }
}

/** Without its place in the book. */
export const plain = ({ id: _, isDefault: __, ...address }: SavedAddress): Address => address

export const same = (one: Address, other: Address): boolean =>
  one.name === other.name &&
  one.phone === other.phone &&
  one.country === other.country &&
  one.region === other.region &&
  one.city === other.city &&
  one.street === other.street &&
  one.postcode === other.postcode
