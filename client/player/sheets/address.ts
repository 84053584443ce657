/** The address of the last order, kept on this device. */
export interface Address {
  name: string
  phone: string
  country: string
  region: string
  city: string
  street: string
  postcode: string
}

export const NO_ADDRESS: Address = {
  name: '',
  phone: '',
  country: '',
  region: '',
  city: '',
  street: '',
  postcode: '',
}

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

export const isComplete = ({ name, phone, country, city, street }: Address): boolean =>
  [name, phone, country, city, street].every((value) => value.trim() !== '')

/** The address on one line: from large to small in Chinese, from small to large in English. */
export function addressLine({ region, city, street, postcode }: Address, language: string): string {
  return language === 'zh-CN'
    ? [region, city, street, postcode].filter(Boolean).join(' ')
    : [street, city, region, postcode].filter(Boolean).join(', ')
}
