import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useStudio } from './context.ts'
import './level-meter.css'

/**
 * How loud the microphone is, for the eye; a silent one is told in words (`Notes`). It moves with every frame, so it
 * writes to its element instead of being drawn anew.
 */
export function LevelMeter() {
  const { level } = useStudio().meter
  const bar = useRef<HTMLSpanElement>(null)
  useEffect(
    () =>
      effect(() => {
        bar.current?.style.setProperty('--level', level.value.toFixed(2))
      }),
    [level],
  )
  return <span ref={bar} class="level-meter" aria-hidden="true" />
}
