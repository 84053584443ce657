import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { usePlayer } from '../context.ts'
import { prefersLessMotion } from '../state.ts'
import './hearts.css'

const AT_ONCE_MAX = 6
const ON_SCREEN_MAX = 24
const LOOKS = 5

/** Hearts rise while people like. Decoration: the count beside the button says the same in words. */
export function Hearts() {
  const { state } = usePlayer()
  const layer = useRef<HTMLDivElement>(null)
  const known = useRef<number | null>(null)

  useSignalEffect(() => {
    const total = state.room.value?.likes ?? null
    const before = known.current
    known.current = total
    if (total === null || before === null || prefersLessMotion() || document.hidden) return
    const more = Math.min(AT_ONCE_MAX, total - before)
    for (let made = 0; made < more; made++) rise(layer.current, made)
  })
  return <div ref={layer} class="hearts" aria-hidden="true" />
}

function rise(layer: HTMLElement | null, place: number): void {
  if (!layer || layer.childElementCount >= ON_SCREEN_MAX) return
  const heart = document.createElement('span')
  heart.className = `heart heart--${Math.floor(Math.random() * LOOKS)}`
  heart.style.setProperty('--sway', `${(Math.random() - 0.5) * 4}rem`)
  heart.style.animationDelay = `${place * 90}ms`
  heart.addEventListener('animationend', () => heart.remove())
  layer.append(heart)
}
