import { useEffect, useRef } from 'preact/hooks'

/**
 * Runs `poll` again and again while `active`, waiting after each answer, and at once when the page comes back to the
 * front: people return from the provider's tab and look.
 */
export function usePoll(poll: () => Promise<unknown>, everyMs: number, active: boolean): void {
  const latest = useRef(poll)
  latest.current = poll
  useEffect(() => {
    if (!active) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let running = false
    let over = false
    const run = async () => {
      clearTimeout(timer)
      if (running || over) return
      running = true
      await latest.current().catch(() => undefined) // the next turn asks again
      running = false
      if (!over) timer = setTimeout(run, everyMs)
    }
    const onVisible = () => {
      if (!document.hidden) void run()
    }
    timer = setTimeout(run, everyMs)
    document.addEventListener('visibilitychange', onVisible)
    addEventListener('focus', onVisible)
    return () => {
      over = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
      removeEventListener('focus', onVisible)
    }
  }, [active, everyMs])
}
