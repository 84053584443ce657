import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import './toast.css'

type Tone = 'plain' | 'bad'
interface Shown {
  id: number
  text: string
  tone: Tone
}

const SHOWN_MAX = 3
const LIFE_MS = 4000
const shown = signal<Shown[]>([])
let lastId = 0

/** Says something in passing, for four seconds. What needs an answer belongs into the page instead. */
export function toast(text: string, tone: Tone = 'plain'): void {
  const id = ++lastId
  shown.value = [...shown.value.filter((one) => one.text !== text), { id, text, tone }].slice(-SHOWN_MAX)
  setTimeout(() => {
    shown.value = shown.value.filter((one) => one.id !== id)
  }, LIFE_MS)
}

/** Where toasts appear; once in each app. A popover, so that it lies above open dialogs. */
export function Toasts() {
  const list = useRef<HTMLDivElement>(null)
  const toasts = shown.value
  const newest = toasts.at(-1)?.id
  useEffect(() => {
    const element = list.current
    if (!element?.showPopover) return
    if (element.matches(':popover-open')) element.hidePopover()
    if (newest !== undefined) element.showPopover()
  }, [newest])
  return (
    <div ref={list} class="toasts" popover="manual" role="status" aria-live="polite">
      {toasts.map((one) => (
        <p key={one.id} class={one.tone === 'bad' ? 'toast toast--bad' : 'toast'} data-testid="toast">
          {one.text}
        </p>
      ))}
    </div>
  )
}
