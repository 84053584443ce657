import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** A text that follows what is typed after a pause of `waitMs`, so that a search asks once a word. */
export function useLater(text: string, waitMs = 250): ReadonlySignal<string> {
  const settled = useSignal(text)
  useEffect(() => {
    const timer = setTimeout(() => {
      settled.value = text
    }, waitMs)
    return () => clearTimeout(timer)
  }, [text, waitMs])
  return settled
}
