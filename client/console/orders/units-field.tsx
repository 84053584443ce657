import type { WorkedOrder } from '@shelfcast/shared/api/fulfilment.ts'
import type { Units } from './units.ts'
import { workWords } from './work-words.ts'

interface Props {
  order: WorkedOrder
  /** The most of each line. */
  max: Units
  value: Units
  onValue: (units: Units) => void
}

/** How many units of each line; lines of which there is nothing left are not shown. */
export function UnitsField({ order, max, value, onValue }: Props) {
  const t = workWords.value
  return (
    <ul class="work__units">
      {order.lines
        .filter(({ id }) => (max[id] ?? 0) > 0)
        .map((line) => (
          <li key={line.id}>
            <span>
              {line.title} <small class="table__soft">{Object.values(line.options).join(' · ')}</small>
            </span>
            <span class="work__count numeric">
              <input
                type="number"
                class="field__control"
                aria-label={t.units(line.title)}
                min={0}
                max={max[line.id]}
                step={1}
                required
                value={value[line.id] ?? 0}
                data-testid="units"
                onInput={(event) => onValue({ ...value, [line.id]: Number(event.currentTarget.value) })}
              />
              {t.of(max[line.id] ?? 0)}
            </span>
          </li>
        ))}
    </ul>
  )
}
