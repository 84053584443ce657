import { useSignal } from '@preact/signals'
import { GIFTS, type GiftId } from '@shelfcast/shared/money.ts'
import type { ComponentChildren } from 'preact'
import { GiftGrid } from './gift-grid.tsx'
import { Stepper } from './stepper.tsx'
import './tips-sheet.css'
import { sheetWords } from './words.ts'

const COUNT_MAX = 99

/** A gift, and how many of it. */
export interface Choice {
  giftId: GiftId
  count: number
  /** Coins for all of them. */
  cost: number
}

/** Chooses a gift; `children` draws the button that goes on with it. */
export function GiftChoice({ children }: { children: (choice: Choice) => ComponentChildren }) {
  const chosen = useSignal<GiftId>('heart')
  const count = useSignal(1)
  const gift = GIFTS.find((one) => one.id === chosen.value) ?? GIFTS[0]
  return (
    <>
      <GiftGrid chosen={gift.id} onChoose={(next) => (chosen.value = next)} />
      <div class="tips__row">
        <Stepper
          label={sheetWords.value.sendTimes}
          value={count.value}
          max={COUNT_MAX}
          testId="tip-count"
          onValue={(next) => (count.value = next)}
        />
        {children({ giftId: gift.id, count: count.value, cost: gift.coins * count.value })}
      </div>
    </>
  )
}
