import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import { useId } from 'preact/hooks'
import './field.css'

/** What a control needs so that label, hint and error belong to it. */
export interface FieldControl {
  id: string
  class: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

export interface FieldProps {
  label: ComponentChildren
  hint?: ComponentChildren
  error?: string | null | undefined
  class?: string | undefined
}

/**
 * A label with its control, hint and error, tied together for screen readers. The control is drawn by the caller:
 * `<Field label="…">{(control) => <select {...control}>…</select>}</Field>`
 */
export function Field(props: FieldProps & { children: (control: FieldControl) => ComponentChildren }) {
  const { label, hint, error, children, class: extra } = props
  const id = useId()
  const noteId = error || hint ? `${id}-note` : undefined
  return (
    <div class={extra ? `field ${extra}` : 'field'}>
      <label class="field__label" for={id}>
        {label}
      </label>
      {children({ id, class: 'input', 'aria-describedby': noteId, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p class="field__error" id={noteId} role="alert">
          {error}
        </p>
      ) : (
        hint && (
          <p class="field__hint" id={noteId}>
            {hint}
          </p>
        )
      )}
    </div>
  )
}

type NativeInput = Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'value' | 'onInput' | 'label' | 'id' | 'class'
> & {
  /** The id of a datalist. */
  list?: string
}

/** A field with one line of text. */
export function TextField(
  props: FieldProps & NativeInput & { value: string; onValue: (value: string) => void },
) {
  const { label, hint, error, class: extra, value, onValue, ...native } = props
  return (
    <Field label={label} hint={hint} error={error} class={extra}>
      {(control) => (
        <input
          {...(native as InputHTMLAttributes<HTMLInputElement>)}
          {...control}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
