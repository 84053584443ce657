import { useEffect, useRef } from 'preact/hooks'
import { usePlayer } from '../context.ts'
import { createDanmaku } from './danmaku.ts'
import './danmaku-layer.css'

/** New lines fly over the picture while this is on. The chat list has them too, so this is hidden from readers. */
export function DanmakuLayer() {
  const { state } = usePlayer()
  return state.danmakuOn.value ? <FlyingLines /> : null
}

function FlyingLines() {
  const player = usePlayer()
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const danmaku = createDanmaku(container.current!)
    const stops = [
      player.onChat((lines) => {
        const own = player.state.me.peek()?.personId
        for (const line of lines) {
          const look = line.personId === own ? 'own' : line.role === 'host' ? 'host' : 'viewer'
          danmaku.fly({ id: line.id, text: line.text, look })
        }
      }),
      player.onDeleted((lineIds) => danmaku.remove(lineIds)),
    ]
    return () => {
      for (const stop of stops) stop()
      danmaku.close()
    }
  }, [player])
  return <div ref={container} class="danmaku" aria-hidden="true" data-testid="danmaku" />
}
