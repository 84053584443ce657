import { Field } from '../../kit/ui/field.tsx'
import type { Input } from '../capture/input.ts'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import './device-pickers.css'
import { LevelMeter } from './level-meter.tsx'

/** Which camera and which microphone. */
export function DevicePickers() {
  const { capture } = useStudio()
  const t = studioWords.value
  return (
    <div class="device-pickers">
      <Picker input={capture.camera} label={t.camera} />
      <div class="device-pickers__sound">
        <Picker input={capture.microphone} label={t.microphone} />
        <LevelMeter />
      </div>
    </div>
  )
}

function Picker({ input, label }: { input: Input; label: string }) {
  const { capture } = useStudio()
  const t = studioWords.value
  const choices = input.choices.value
  return (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          value={input.chosenId.value ?? ''}
          disabled={choices.length === 0}
          data-testid={`choose-${input.kind}`}
          onChange={(event) => capture.choose(input.kind, event.currentTarget.value)}
        >
          {choices.length === 0 && <option value="">{t.noDevice}</option>}
          {choices.map(({ id, label: name }, index) => (
            <option key={id} value={id}>
              {name || t.unnamedDevice(index + 1)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
