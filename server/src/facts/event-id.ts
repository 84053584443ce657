import { createHash } from 'node:crypto'

/** The time inside a UUIDv7 (RFC 9562, 5.7), milliseconds since 1970. */
export const timeOf = (eventId: string): number =>
  Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16)

/**
 * The UUIDv7 of what happened at a time and is told by these parts: the same in every process and at every try, so
 * that a fact which is told twice is one. A hash stands where the random bits would be.
 */
export function eventIdOf(atMs: number, ...parts: readonly string[]): string {
  const time = Math.floor(atMs).toString(16).padStart(12, '0')
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  const variant = (8 + (Number.parseInt(hash.slice(3, 4), 16) % 4)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`
}
