import { IconButton } from '../../kit/ui/button.tsx'
import './stepper.css'
import { sheetWords } from './words.ts'

interface Props {
  value: number
  max: number
  label: string
  onValue: (value: number) => void
  testId: string
}

/** A small whole number, from 1 to `max`. */
export function Stepper({ value, max, label, onValue, testId }: Props) {
  const t = sheetWords.value
  const within = (next: number) => Math.min(max, Math.max(1, Math.trunc(next) || 1))
  const set = (next: number) => onValue(within(next))
  return (
    <div class="stepper">
      <IconButton icon="minus" label={t.fewer} disabled={value <= 1} onClick={() => set(value - 1)} />
      <input
        class="stepper__value numeric"
        inputMode="numeric"
        aria-label={label}
        value={value}
        data-testid={testId}
        onChange={(event) => {
          const next = within(Number(event.currentTarget.value))
          event.currentTarget.value = String(next) // also where the value does not change and nothing is drawn
          onValue(next)
        }}
      />
      <IconButton icon="plus" label={t.more} disabled={value >= max} onClick={() => set(value + 1)} />
    </div>
  )
}
