import { useSignal } from '@preact/signals'
import { errorText } from './errors.ts'
import { toast } from './ui/toast.tsx'

/**
 * Runs a write for a button: a second press while it is under way does nothing, and a refusal is said in a toast.
 * `run` tells whether it succeeded.
 */
export function useAction() {
  const busy = useSignal(false)
  const run = async (write: () => Promise<unknown>): Promise<boolean> => {
    if (busy.peek()) return false
    busy.value = true
    try {
      await write()
      return true
    } catch (error) {
      toast(errorText(error), 'bad')
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, run }
}
