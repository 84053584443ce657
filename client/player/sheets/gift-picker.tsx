import { useSignal } from '@preact/signals'
import { GIFTS, type GiftId } from '@shelfcast/shared/money.ts'
import { codeOf } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { usePlayer } from '../context.ts'
import { GiftGrid } from './gift-grid.tsx'
import { Stepper } from './stepper.tsx'
import { type Outcome, TipOutcome } from './tip-outcome.tsx'
import { useSheet } from './use-sheet.ts'
import type { Wallet } from './wallet.ts'
import { WalletLine } from './wallet-line.tsx'
import { sheetWords } from './words.ts'

const COUNT_MAX = 99

/** Chooses a gift and sends it. Everybody in the room sees it, the sender too, when the room tells of it. */
export function GiftPicker({ wallet, onTopUp }: { wallet: Wallet; onTopUp: () => void }) {
  const player = usePlayer()
  const { signInFor } = useSheet()
  const t = sheetWords.value
  const chosen = useSignal<GiftId>('heart')
  const count = useSignal(1)
  const busy = useSignal(false)
  const outcome = useSignal<Outcome | null>(null)

  const gift = GIFTS.find((one) => one.id === chosen.value) ?? GIFTS[0]
  const cost = gift.coins * count.value
  const coins = wallet.coins.value
  const short = (coins !== null && coins < cost) || lacksCoins(outcome.value)
  const live = player.state.room.value?.show.status === 'live'

  const send = async () => {
    busy.value = true
    outcome.value = null
    try {
      await wallet.send(player.showId, gift.id, count.value)
      outcome.value = { sent: true }
    } catch (error) {
      if (!signInFor(error, { kind: 'tips' })) outcome.value = { sent: false, error }
    } finally {
      busy.value = false
    }
  }
  return (
    <div class="tips">
      <WalletLine wallet={wallet}>
        <Button look="plain" size="small" icon="plus" onClick={onTopUp} data-testid="top-up">
          {t.topUp}
        </Button>
      </WalletLine>
      <GiftGrid chosen={gift.id} onChoose={(next) => (chosen.value = next)} />
      <div class="tips__row">
        <Stepper
          label={t.sendTimes}
          value={count.value}
          max={COUNT_MAX}
          testId="tip-count"
          onValue={(next) => (count.value = next)}
        />
        <Button
          look={short ? 'plain' : 'primary'}
          size="large"
          busy={busy.value}
          disabled={!live}
          onClick={short ? onTopUp : send}
          data-testid="tip-send"
        >
          {short ? t.topUp : t.sendGift(String(cost))}
        </Button>
      </div>
      {!live && <p class="sheet-notice">{t.notLive}</p>}
      <TipOutcome outcome={outcome.value} />
    </div>
  )
}

const lacksCoins = (outcome: Outcome | null): boolean =>
  outcome?.sent === false && codeOf(outcome.error) === 'not_enough_coins'
