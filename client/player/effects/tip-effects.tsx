import { useSignal } from '@preact/signals'
import { GIFTS } from '@shelfcast/shared/money.ts'
import type { TipView } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect } from 'preact/hooks'
import { payWords } from '../../kit/ui/pay-words.ts'
import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import './tip-effects.css'

const SHOWN_MAX = 3
const WAITING_MAX = 30
const LIFE_MS = 4200

/** Gifts cross the picture for everybody, at most three at a time; the rest waits its turn. */
export function TipEffects() {
  const player = usePlayer()
  const t = playerWords.value
  const shown = useSignal<TipView[]>([])

  useEffect(() => {
    const waiting: TipView[] = []
    const timers = new Set<ReturnType<typeof setTimeout>>()
    const next = () => {
      const tip = shown.peek().length < SHOWN_MAX ? waiting.shift() : undefined
      if (!tip) return
      shown.value = [...shown.peek(), tip]
      const timer = setTimeout(() => {
        timers.delete(timer)
        shown.value = shown.peek().filter((one) => one.id !== tip.id)
        next()
      }, LIFE_MS)
      timers.add(timer)
    }
    const stop = player.onTip((tip) => {
      if (waiting.length < WAITING_MAX) waiting.push(tip)
      next()
    })
    return () => {
      stop()
      for (const timer of timers) clearTimeout(timer)
    }
  }, [player])

  const gifts = shown.value.flatMap((tip) => {
    const gift = GIFTS.find((one) => one.id === tip.giftId)
    return gift ? [{ tip, gift }] : []
  })
  return (
    <>
      <div class="tip-bursts" aria-hidden="true">
        {gifts.map(({ tip, gift }) => (
          <span key={tip.id} class={`tip-burst tip-burst--${gift.effect}`}>
            {gift.emoji}
          </span>
        ))}
      </div>
      <div class="tip-effects" aria-live="polite">
        {gifts.map(({ tip, gift }) => (
          <div
            key={tip.id}
            class={`tip-effect tip-effect--${gift.effect}`}
            data-testid="tip-effect"
            data-gift={gift.id}
          >
            <span class="tip-effect__who">{t.tipSent(tip.name)}</span>
            <span class="tip-effect__gift" aria-hidden="true">
              {gift.emoji}
            </span>
            <span class="visually-hidden">{payWords.value.gifts[gift.id]}</span>
            {tip.count > 1 && <span class="tip-effect__count numeric">×{tip.count}</span>}
          </div>
        ))}
      </div>
    </>
  )
}
