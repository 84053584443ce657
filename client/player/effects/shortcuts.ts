import { effect, signal } from '@preact/signals'
import { createKeeper } from '../../kit/keep.ts'

export const SHORTCUTS = { fullScreen: 'f', pictureInPicture: 'p' } as const
type Shortcut = keyof typeof SHORTCUTS

const kept = createKeeper('shortcuts', () => localStorage)

/** Whether single keys act on the picture: who speaks to the computer can turn them off (WCAG 2.1.4). */
export const shortcutsOn = signal(kept.read() !== 'off')

effect(() => {
  if (!shortcutsOn.value || kept.read() !== null) kept.write(shortcutsOn.value ? 'on' : 'off')
})

/** Acts on its key wherever nobody writes or chooses. Returns how to stop. */
export function listenForShortcuts(act: Record<Shortcut, () => void>): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (!shortcutsOn.value || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof Element && event.target.closest('input, textarea, select, dialog')) return
    if (event.key.toLowerCase() === SHORTCUTS.fullScreen) act.fullScreen()
    if (event.key.toLowerCase() === SHORTCUTS.pictureInPicture) act.pictureInPicture()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
