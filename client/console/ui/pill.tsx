import type { ComponentChildren } from 'preact'
import './pill.css'

export type Tone = 'plain' | 'good' | 'wait' | 'hot' | 'bad'

/** A state in a word. The colour only helps: the word says it. */
export function Pill({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`pill pill--${tone}`}>{children}</span>
}
