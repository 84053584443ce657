import { customAlphabet } from 'nanoid'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's base 32: no i, l, o, u
const randomPart = customAlphabet(ALPHABET, 14)
const TIME_CHARS = 10

/** What an id is of: the prefix makes a stray id in a log say what it is. */
export type IdKind =
  | 'per'
  | 'ten'
  | 'key'
  | 'prd'
  | 'sku'
  | 'med'
  | 'shw'
  | 'inv'
  | 'itm'
  | 'sal'
  | 'cmp'
  | 'wtr'
  | 'lin'
  | 'hld'
  | 'ord'
  | 'oln'
  | 'pcl'
  | 'not'
  | 'evt'
  | 'adj'
  | 'pye'
  | 'pay'
  | 'alc'
  | 'ref'
  | 'cpu'
  | 'acc'
  | 'trf'
  | 'ent'
  | 'tip'
  | 'btl'
  | 'log'
  | 'req'
  | 'nod'
  | 'adr'
  | 'mal'
  | 'tak'
  | 'clp'

/**
 * An unguessable id that sorts by the time it was made, to the millisecond: `ord_` + 50 bits of time + 70 random
 * bits, both in base 32. Keyset pagination by id is therefore newest-first pagination.
 */
export function newId(kind: IdKind, atMs = Date.now()): string {
  let time = ''
  let rest = atMs
  for (let i = 0; i < TIME_CHARS; i++) {
    time = ALPHABET[rest % 32] + time
    rest = Math.floor(rest / 32)
  }
  return `${kind}_${time}${randomPart()}`
}

/** When an id was made, to the millisecond; null for what is no such id. */
export function timeOfId(id: string): number | null {
  const time = new RegExp(`^[a-z]{3}_([${ALPHABET}]{${TIME_CHARS}})[${ALPHABET}]{14}$`).exec(id)?.[1]
  return time ? [...time].reduce((sum, char) => sum * 32 + ALPHABET.indexOf(char), 0) : null
}
