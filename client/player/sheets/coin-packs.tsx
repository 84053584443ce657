import { useSignal } from '@preact/signals'
import { COIN_PACKS, type CoinPackId } from '@shelfcast/shared/money.ts'
import { price } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { usePlayer } from '../context.ts'
import { PayButtons } from './pay-buttons.tsx'
import { usePoll } from './use-poll.ts'
import { useSheet } from './use-sheet.ts'
import type { Wallet } from './wallet.ts'
import { WalletLine } from './wallet-line.tsx'
import { sheetWords } from './words.ts'

const POLL_MS = 2000

/** Buys coins: a pack, then the provider's page; the wallet is watched until they are there. */
export function CoinPacks({ wallet, onBack }: { wallet: Wallet; onBack: () => void }) {
  const player = usePlayer()
  const { show } = useSheet()
  const t = sheetWords.value
  const chosen = useSignal<CoinPackId>(COIN_PACKS[1].id)
  /** The balance before the payment page was opened; null while none is open. */
  const before = useSignal<number | null>(null)
  const currency = wallet.currency.value
  const pack = COIN_PACKS.find((one) => one.id === chosen.value) ?? COIN_PACKS[0]
  const arrived = before.value !== null && (wallet.coins.value ?? 0) > before.value
  usePoll(wallet.refresh, POLL_MS, before.value !== null && !arrived)

  const guest = player.state.visit.value?.person.guest ?? true
  if (guest) {
    return (
      <Button size="large" wide onClick={() => show({ kind: 'sign-in', returnTo: { kind: 'tips' } })}>
        {t.signIn}
      </Button>
    )
  }
  return (
    <div class="tips">
      <WalletLine wallet={wallet} />
      <fieldset class="tips__packs">
        <legend class="visually-hidden">{t.packs}</legend>
        {COIN_PACKS.map((one) => (
          <label key={one.id} class="gift" data-testid={one.id}>
            <input
              class="visually-hidden"
              type="radio"
              name="pack"
              checked={one.id === chosen.value}
              onChange={() => (chosen.value = one.id)}
            />
            <strong class="gift__name numeric">{t.coins(String(one.coins))}</strong>
            {currency && <span class="gift__coins numeric">{price(one.priceMinor, currency)}</span>}
          </label>
        ))}
      </fieldset>
      {currency && (
        <PayButtons
          label={t.payNow(price(pack.priceMinor, currency))}
          start={async (provider) => (await wallet.buy(pack.id, provider)).payment}
          onOpened={() => (before.value = wallet.coins.peek() ?? 0)}
        />
      )}
      {before.value !== null && (
        <p class={arrived ? 'sheet-notice sheet-notice--good' : 'sheet-notice tips__waiting'} role="status">
          {!arrived && <Spinner size={16} />}
          {arrived ? t.coinsArrived : t.waitingForCoins}
        </p>
      )}
      <Button look="quiet" icon="back" onClick={onBack} data-testid="tips-back">
        {t.back}
      </Button>
    </div>
  )
}
