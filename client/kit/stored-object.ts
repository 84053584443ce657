/** What was kept as JSON, as a bag of unknowns: each is checked by who reads it. Anything but an object reads as empty. */
export function storedObject(stored: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(stored ?? 'null')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
