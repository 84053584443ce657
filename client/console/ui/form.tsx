import type { ComponentChildren } from 'preact'
import './form.css'

interface FormProps {
  onSubmit: () => void
  /** Why the last try failed, said above the button. */
  failure?: string | null | undefined
  children: ComponentChildren
}

/** A column of fields; Enter sends it. */
export function Form({ onSubmit, failure, children }: FormProps) {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      {failure && (
        <p class="form__failure" role="alert">
          {failure}
        </p>
      )}
    </form>
  )
}
