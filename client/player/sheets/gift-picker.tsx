import { useSignal } from '@preact/signals'
import { codeOf } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { payWords } from '../../kit/ui/pay-words.ts'
import type { Wallet } from '../../kit/wallet.ts'
import { usePlayer } from '../context.ts'
import { type Choice, GiftChoice } from './gift-choice.tsx'
import { type Outcome, TipOutcome } from './tip-outcome.tsx'
import { useSheet } from './use-sheet.ts'
import { WalletLine } from './wallet-line.tsx'
import { sheetWords } from './words.ts'

/** Chooses a gift and sends it. Everybody in the room sees it, the sender too, when the room tells of it. */
export function GiftPicker({ wallet, onTopUp }: { wallet: Wallet; onTopUp: () => void }) {
  const player = usePlayer()
  const { signInFor } = useSheet()
  const t = sheetWords.value
  const busy = useSignal(false)
  const outcome = useSignal<Outcome | null>(null)
  const coins = wallet.coins.value
  const live = player.state.room.value?.show.status === 'live'

  const send = async ({ giftId, count }: Choice) => {
    busy.value = true
    outcome.value = null
    try {
      await wallet.send(player.showId, giftId, count)
      outcome.value = { sent: true }
    } catch (error) {
      if (!signInFor(error, { kind: 'tips' })) outcome.value = { sent: false, error }
    } finally {
      busy.value = false
    }
  }
  const button = (choice: Choice) => {
    const short = (coins !== null && coins < choice.cost) || lacksCoins(outcome.value)
    return (
      <Button
        look={short ? 'plain' : 'primary'}
        size="large"
        busy={busy.value}
        disabled={!live}
        onClick={short ? onTopUp : () => void send(choice)}
        data-testid="tip-send"
      >
        {short ? t.topUp : t.sendGift(payWords.value.coins(choice.cost))}
      </Button>
    )
  }
  return (
    <div class="tips">
      <WalletLine wallet={wallet}>
        <Button look="plain" size="small" icon="plus" onClick={onTopUp} data-testid="top-up">
          {t.topUp}
        </Button>
      </WalletLine>
      <GiftChoice>{button}</GiftChoice>
      {!live && <p class="sheet-notice">{t.notLive}</p>}
      <TipOutcome outcome={outcome.value} />
    </div>
  )
}

const lacksCoins = (outcome: Outcome | null): boolean =>
  outcome?.sent === false && codeOf(outcome.error) === 'not_enough_coins'
