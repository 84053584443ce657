import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { errorText } from '../kit/errors.ts'
import { Button } from '../kit/ui/button.tsx'

interface FormProps {
  /** What the button says. */
  action: string
  look?: 'primary' | 'danger'
  submit: () => Promise<unknown>
  children: ComponentChildren
  /** Beside the button. */
  more?: ComponentChildren
  testId?: string
}

/** A column of fields with one button; a refusal is said above it. */
export function Form({ action, look = 'primary', submit, children, more, testId }: FormProps) {
  const busy = useSignal(false)
  const failure = useSignal<unknown>(null)
  const send = async (event: Event) => {
    event.preventDefault()
    if (busy.peek()) return
    busy.value = true
    failure.value = null
    try {
      await submit()
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="form" onSubmit={send} data-testid={testId}>
      {children}
      {failure.value !== null && (
        <p class="notice notice--bad" role="alert">
          {errorText(failure.value)}
        </p>
      )}
      <div class="form__end">
        {more}
        <Button type="submit" look={look} busy={busy.value}>
          {action}
        </Button>
      </div>
    </form>
  )
}
