import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { usePlayer } from '../context.ts'

/** A busy room would talk without end: a screen reader hears the latest line, at most one in this time. */
const EVERY_MS = 5000

export default function ChatAnnouncer() {
  const player = usePlayer()
  const said = useSignal('')
  useEffect(() => {
    let latest: string | null = null
    const stop = player.onChat((lines) => {
      const own = player.state.me.peek()?.personId
      const line = lines.findLast((one) => one.personId !== own)
      if (line) latest = `${line.name}: ${line.text}`
    })
    const timer = setInterval(() => {
      if (latest === null) return
      said.value = latest
      latest = null
    }, EVERY_MS)
    return () => {
      stop()
      clearInterval(timer)
    }
  }, [player])
  return (
    <p class="visually-hidden" aria-live="polite">
      {said.value}
    </p>
  )
}
