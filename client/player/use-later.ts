import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { usePlayer } from './context.ts'

/** Without a picture by then (a show that has not begun, say), the rest is fetched all the same. */
const LATEST_MS = 4000

/** False until the first frame: what is not needed for it waits for this, so that it takes no bandwidth from it. */
export function useLater(): boolean {
  const { video } = usePlayer()
  const waited = useSignal(false)
  useEffect(() => {
    const timer = setTimeout(() => (waited.value = true), LATEST_MS)
    return () => clearTimeout(timer)
  }, [])
  const later = useComputed(() => waited.value || video.status.value === 'playing')
  return later.value
}
