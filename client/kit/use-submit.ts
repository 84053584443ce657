import { useSignal } from '@preact/signals'
import { errorText } from './errors.ts'

/**
 * Sends a form once at a time; `failure` is why the last try was refused, to be said above its button.
 * `run` tells whether it succeeded.
 */
export function useSubmit() {
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)
  const run = async (write: () => Promise<unknown>): Promise<boolean> => {
    if (busy.peek()) return false
    busy.value = true
    failure.value = null
    try {
      await write()
      return true
    } catch (error) {
      failure.value = errorText(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, failure, run }
}
