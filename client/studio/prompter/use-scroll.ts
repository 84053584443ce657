import { effect } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { advanced, resized, shownAt, type Text, turned } from './scroll.ts'
import type { Prompter } from './settings.ts'

/** A position that browsers round to a device pixel is still ours; further off, somebody scrolled by hand. */
const BY_HAND_PX = 2

export interface Scroll {
  restart(): void
  page(pages: 1 | -1): void
}

/** Moves the text of `ref` while the teleprompter plays. `words` names the text: another one starts at its top. */
export function useScroll(ref: RefObject<HTMLElement | null>, prompter: Prompter, words: string): Scroll {
  const position = useRef(0)
  const goTo = (positionPx: number) => {
    position.current = positionPx
    if (ref.current) ref.current.scrollTop = positionPx
  }

  useEffect(() => goTo(0), [words])

  useEffect(() => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)')
    let text = textOf(ref.current)
    // Another size of type, or of the window: the same words stay in sight.
    const watch = new ResizeObserver(() => {
      const before = text
      text = textOf(ref.current)
      if (before.lineHeightPx !== text.lineHeightPx) goTo(resized(position.current, before, text))
    })
    if (ref.current) {
      watch.observe(ref.current)
      for (const child of ref.current.children) watch.observe(child)
    }
    const stop = effect(() => {
      if (!prompter.playing.value) return
      let last = performance.now()
      let frame = requestAnimationFrame(function draw(now) {
        const box = ref.current
        if (box) {
          const shown = shownAt(position.current, calm.matches, text)
          if (Math.abs(box.scrollTop - shown) > BY_HAND_PX) position.current = box.scrollTop
          position.current = advanced(position.current, now - last, prompter.settings.peek().speed, text)
          box.scrollTop = shownAt(position.current, calm.matches, text)
        }
        last = now
        frame = requestAnimationFrame(draw)
      })
      return () => cancelAnimationFrame(frame)
    })
    return () => {
      stop()
      watch.disconnect()
    }
  }, [prompter, words])

  return useMemo(
    () => ({
      restart: () => goTo(0),
      page(pages) {
        const box = ref.current
        if (box) goTo(turned(box.scrollTop, pages, box.clientHeight, textOf(box)))
      },
    }),
    [],
  )
}

function textOf(box: HTMLElement | null): Text {
  if (!box) return { lineHeightPx: 1, endPx: 0 }
  return {
    lineHeightPx: Number.parseFloat(getComputedStyle(box).lineHeight) || 1,
    endPx: Math.max(0, box.scrollHeight - box.clientHeight),
  }
}
