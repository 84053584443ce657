/**
 * Keeps a phone's screen on while on air: a screen that goes dark stops the camera. The browser drops the lock while
 * the page is hidden, so it is taken again when it shows.
 * @returns what ends it
 */
export function keepAwake(): () => void {
  // Not in every browser, and not on insecure pages, whatever the type says.
  const locks: WakeLock | undefined = navigator.wakeLock
  if (!locks) return () => undefined
  let ended = false
  let held: WakeLockSentinel | null = null

  const take = async () => {
    if (ended || document.visibilityState !== 'visible') return
    const taken = await locks.request('screen').catch(() => null) // refused on a low battery
    if (ended) await taken?.release()
    else held = taken
  }
  void take()
  document.addEventListener('visibilitychange', take)
  return () => {
    ended = true
    document.removeEventListener('visibilitychange', take)
    void held?.release()
  }
}
