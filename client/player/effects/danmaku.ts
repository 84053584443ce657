import Engine from 'danmaku/dist/esm/danmaku.dom.js'

/** Comments that fly over the picture. Behind this interface stands npm's `danmaku`; nobody else knows. */
export interface Danmaku {
  fly(line: FlyingLine): void
  /** Takes lines out of the air, e.g. after a moderator deleted them. */
  remove(lineIds: readonly string[]): void
  close(): void
}

export interface FlyingLine {
  id: string
  text: string
  /** Sets colour and frame by CSS class `danmaku-line--<look>`. */
  look: 'viewer' | 'own' | 'host'
}

/** The engine keeps every line it ever drew; after this many it is made anew, or a long show would fill the memory. */
const LINES_PER_ENGINE = 1000
/** Pixels a second. */
const SPEED = 110

/** @param container positioned and sized by CSS; lines keep inside it */
export function createDanmaku(container: HTMLElement): Danmaku {
  let engine = new Engine({ container, speed: SPEED })
  let flown = 0
  const resize = new ResizeObserver(() => engine.resize())
  resize.observe(container)

  const renew = () => {
    engine.destroy()
    engine = new Engine({ container, speed: SPEED })
    flown = 0
  }

  return {
    fly(line) {
      // A hidden page draws nothing; its lines would all start at once when it is shown again.
      if (document.hidden) return
      if (flown++ >= LINES_PER_ENGINE) renew()
      engine.emit({ render: () => lineElement(line) })
    },
    remove(lineIds) {
      for (const line of container.querySelectorAll<HTMLElement>('[data-line-id]')) {
        if (lineIds.includes(line.dataset.lineId ?? '')) line.hidden = true
      }
    },
    close() {
      resize.disconnect()
      engine.destroy()
    },
  }
}

function lineElement(line: FlyingLine): HTMLElement {
  const element = document.createElement('div')
  element.className = `danmaku-line danmaku-line--${line.look}`
  element.dataset.lineId = line.id
  element.textContent = line.text
  return element
}
