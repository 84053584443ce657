import { useSignal } from '@preact/signals'
import { GIFTS, type GiftId } from '@shelfcast/shared/money.ts'
import { codeOf, errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import { Stepper } from './stepper.tsx'
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
  const outcome = useSignal<{ sent: true } | { sent: false; error: unknown } | null>(null)

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
      <fieldset class="tips__gifts">
        <legend class="visually-hidden">{t.gifts}</legend>
        {GIFTS.map((one) => (
          <label key={one.id} class="gift" data-testid={`gift-${one.id}`}>
            <input
              class="visually-hidden"
              type="radio"
              name="gift"
              checked={one.id === gift.id}
              onChange={() => (chosen.value = one.id)}
            />
            <span class="gift__emoji" aria-hidden="true">
              {one.emoji}
            </span>
            <span class="gift__name">{playerWords.value.gifts[one.id]}</span>
            <span class="gift__coins numeric">{t.coins(String(one.coins))}</span>
          </label>
        ))}
      </fieldset>
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
      {outcome.value?.sent === true && (
        <p class="sheet-notice sheet-notice--good" role="status" data-testid="tip-sent">
          {t.giftSent}
        </p>
      )}
      {outcome.value?.sent === false && (
        <p class="sheet-notice sheet-notice--bad" role="alert" data-testid="tip-error">
          {errorText(outcome.value.error)}
        </p>
      )}
    </div>
  )
}

const lacksCoins = (outcome: { sent: true } | { sent: false; error: unknown } | null): boolean =>
  outcome?.sent === false && codeOf(outcome.error) === 'not_enough_coins'
