/** A UUIDv7 (RFC 9562, 5.7): its time is when the fact happened. */
export function newEventId(atMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10))
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const time = Math.floor(atMs).toString(16).padStart(12, '0')
  const variant = (8 + (bytes[2]! % 4)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(5, 8)}-${hex.slice(8, 20)}`
}
