import { effect, signal } from '@preact/signals'
import { createKeeper } from '../../kit/keep.ts'
import { prefersLessMotion } from '../state.ts'

export const AMOUNTS = ['all', 'few', 'off'] as const
export type Amount = (typeof AMOUNTS)[number]

/** Per cent. */
export const OPACITY = { min: 20, max: 100, step: 10 }

const kept = createKeeper('danmaku', () => localStorage)
const [amountBefore, opacityBefore] = (kept.read() ?? '').split(' ')

/** How many comments fly, and how clearly they are seen: this viewer's choice, kept for the next show. */
export const amount = signal<Amount>(
  AMOUNTS.find((one) => one === amountBefore) ?? (prefersLessMotion() ? 'off' : 'all'),
)
export const opacity = signal(boundedOpacity(Number(opacityBefore || OPACITY.max)))

let isKept = false
effect(() => {
  const text = `${amount.value} ${opacity.value}`
  if (isKept) kept.write(text) // what nobody chose is not kept
  isKept = true
})

function boundedOpacity(percent: number): number {
  return Number.isFinite(percent) ? Math.min(OPACITY.max, Math.max(OPACITY.min, percent)) : OPACITY.max
}
