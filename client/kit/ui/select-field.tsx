import { Field, type FieldProps } from './field.tsx'

interface Props<T extends string> extends FieldProps {
  value: T
  of: readonly T[]
  onValue: (value: T) => void
  /** What is read for each; without it, the value itself. */
  words?: Readonly<Record<T, string>>
  name?: string
  testId?: string
}

/** A field with one choice out of a few. */
export function SelectField<T extends string>({
  value,
  of,
  onValue,
  words,
  name,
  testId,
  ...field
}: Props<T>) {
  return (
    <Field {...field}>
      {(control) => (
        <select
          {...control}
          name={name}
          data-testid={testId}
          value={value}
          onChange={(event) => onValue(of.find((one) => one === event.currentTarget.value) ?? value)}
        >
          {of.map((one) => (
            <option key={one} value={one}>
              {words?.[one] ?? one}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
