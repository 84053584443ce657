import { type Address, NO_ADDRESS } from '../../kit/address/address.ts'

/** The address of the last order is kept on this device. */
const STORAGE_KEY = 'shelfcast.address'
const FIELDS = Object.keys(NO_ADDRESS) as (keyof Address)[]

/** Null where nothing usable is kept. */
export function keptAddress(): Address | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null')
    return parseAddress(kept)
  } catch {
    return null
  }
}

export function keepAddress(address: Address): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(address))
  } catch {
    // Storage may be off; it is typed again next time.
  }
}

/** What storage held, if it has every field as text. */
export function parseAddress(value: unknown): Address | null {
  if (typeof value !== 'object' || value === null) return null
  const known = new Map(Object.entries(value))
  const address = { ...NO_ADDRESS }
  for (const field of FIELDS) {
    const text: unknown = known.get(field)
    if (typeof text !== 'string') return null
    address[field] = text
  }
  return address
}
