import { useSignal } from '@preact/signals'
import { errorText } from './errors.ts'
import { toast } from './ui/toast.tsx'

/**
 * Runs a write for a button: a second press while it is under way does nothing. `run` tells whether it succeeded.
 * @param refused hears why it did not; without it, a toast says so
 */
export function useAction(refused = (why: string): void => toast(why, 'bad')) {
  const busy = useSignal(false)
  const run = async (write: () => Promise<unknown>): Promise<boolean> => {
    if (busy.peek()) return false
    busy.value = true
    try {
      await write()
      return true
    } catch (error) {
      refused(errorText(error))
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, run }
}
