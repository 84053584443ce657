/** What a datetime-local field holds, in this device's time zone; null where it holds no time. */
export function timeOf(text: string): number | null {
  const time = new Date(text).getTime()
  return Number.isNaN(time) ? null : time
}

/** The other way round. */
export function fieldOf(timeMs: number | null): string {
  if (timeMs === null) return ''
  const local = timeMs - new Date(timeMs).getTimezoneOffset() * 60_000
  return new Date(local).toISOString().slice(0, 16)
}
