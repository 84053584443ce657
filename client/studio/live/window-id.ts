const STORAGE_KEY = 'shelfcast.window'

/** A name for this window that a reload keeps and another window does not have. */
export function windowId(): string {
  const fresh = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`
  try {
    const kept = sessionStorage.getItem(STORAGE_KEY) ?? fresh
    sessionStorage.setItem(STORAGE_KEY, kept)
    return kept
  } catch {
    return fresh // storage is off: a reload asks before it takes over
  }
}
