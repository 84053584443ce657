import { useSignal } from '@preact/signals'
import { useAction } from './use-action.ts'

/** As `useAction`, for a form: `failure` is why the last try was refused, to be said above its button. */
export function useSubmit() {
  const failure = useSignal<string | null>(null)
  const { busy, run } = useAction((why) => {
    failure.value = why
  })
  const submit = (write: () => Promise<unknown>): Promise<boolean> => {
    if (!busy.peek()) failure.value = null
    return run(write)
  }
  return { busy, failure, run: submit }
}
