import { effect, useSignalEffect } from '@preact/signals'
import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect, useRef } from 'preact/hooks'
import { usePlayer } from '../context.ts'
import { createDanmaku } from './danmaku.ts'
import { amount, opacity } from './danmaku-choice.ts'
import './danmaku-layer.css'

/** Where few are wanted, this long passes between two lines of viewers. */
const FEW_EVERY_MS = 2500

/** New lines fly over the picture while this is on. The chat list has them too, so this is hidden from readers. */
export function DanmakuLayer() {
  return amount.value === 'off' ? null : <FlyingLines />
}

function FlyingLines() {
  const player = usePlayer()
  const container = useRef<HTMLDivElement>(null)
  useSignalEffect(() => {
    container.current?.style.setProperty('opacity', String(opacity.value / 100))
  })
  useEffect(() => {
    const danmaku = createDanmaku(container.current!)
    let lastOfViewers = Number.NEGATIVE_INFINITY
    const fly = (lines: readonly ChatLine[]) => {
      const own = player.state.me.peek()?.personId
      for (const line of lines) {
        const look = line.personId === own ? 'own' : line.role === 'host' ? 'host' : 'viewer'
        if (look === 'viewer' && amount.peek() === 'few') {
          if (performance.now() - lastOfViewers < FEW_EVERY_MS) continue
          lastOfViewers = performance.now()
        }
        danmaku.fly({ id: line.id, text: line.text, look })
      }
    }
    const stops = [
      player.onChat(fly),
      effect(() => player.state.replay.value?.onLines(fly)),
      player.onEvent((event) => event.t === 'deleted' && danmaku.remove(event.lineIds)),
    ]
    return () => {
      for (const stop of stops) stop()
      danmaku.close()
    }
  }, [player])
  return <div ref={container} class="danmaku" aria-hidden="true" data-testid="danmaku" />
}
