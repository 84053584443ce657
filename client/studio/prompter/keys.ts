import type { Prompter } from './settings.ts'
import type { Scroll } from './use-scroll.ts'

/**
 * Single keys steer the teleprompter wherever nobody writes or chooses; remote controls for slides send the page keys.
 * `scrollNow` answers null while it is closed: then only the key that opens it acts. Returns how to stop.
 */
export function listenForKeys(prompter: Prompter, scrollNow: () => Scroll | null): () => void {
  const { settings } = prompter
  /** What was clicked last keeps the focus, and who then presses Space does not mean it. */
  let clicked: Element | null = null
  const onPointer = (event: PointerEvent) => {
    clicked = controlAt(event)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Tab') clicked = null
    if (!settings.peek().keys || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof Element && event.target.closest('input, textarea, select, dialog')) return
    const control = controlAt(event)
    if (event.key === ' ' && control && control !== clicked) return
    const act = actOf(event.key.toLowerCase(), prompter, scrollNow())
    if (!act) return
    event.preventDefault()
    act()
  }
  document.addEventListener('pointerdown', onPointer)
  document.addEventListener('keydown', onKey)
  return () => {
    document.removeEventListener('pointerdown', onPointer)
    document.removeEventListener('keydown', onKey)
  }
}

const controlAt = ({ target }: Event) => (target instanceof Element ? target.closest('button, a') : null)

function actOf(key: string, prompter: Prompter, scroll: Scroll | null): (() => void) | null {
  const { settings, playing } = prompter
  if (key === 't') return () => prompter.change({ open: !settings.peek().open })
  if (!scroll) return null
  switch (key) {
    case ' ':
      return () => {
        playing.value = !playing.peek()
      }
    case 'arrowup':
      return () => prompter.faster(1)
    case 'arrowdown':
      return () => prompter.faster(-1)
    case '+':
    case '=': // the key of + without Shift
      return () => prompter.larger(1)
    case '-':
      return () => prompter.larger(-1)
    case 'home':
      return scroll.restart
    case 'pageup':
      return () => scroll.page(-1)
    case 'pagedown':
      return () => scroll.page(1)
    case 'm':
      return () => prompter.change({ mirrored: !settings.peek().mirrored })
    default:
      return null
  }
}
