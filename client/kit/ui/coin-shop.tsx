import { useSignal } from '@preact/signals'
import { COIN_PACKS, type CoinPackId } from '@shelfcast/shared/money.ts'
import { price } from '../format.ts'
import type { Wallet } from '../wallet.ts'
import './coin-shop.css'
import { PayButtons } from './pay-buttons.tsx'
import { payWords } from './pay-words.ts'
import './sheet-notice.css'
import { Spinner } from './spinner.tsx'
import { usePoll } from './use-poll.ts'

const POLL_MS = 2000

/** Buys coins: a pack, then the provider's page; the wallet is watched until they are there. */
export function CoinShop({ wallet, providers }: { wallet: Wallet; providers: readonly string[] }) {
  const t = payWords.value
  const chosen = useSignal<CoinPackId>(COIN_PACKS[1].id)
  /** The balance before the payment page was opened; null while none is open. */
  const before = useSignal<number | null>(null)
  const currency = wallet.currency.value
  const pack = COIN_PACKS.find((one) => one.id === chosen.value) ?? COIN_PACKS[0]
  const arrived = before.value !== null && (wallet.coins.value ?? 0) > before.value
  usePoll(wallet.refresh, POLL_MS, before.value !== null && !arrived)
  return (
    <>
      <fieldset class="coin-packs">
        <legend class="visually-hidden">{t.packs}</legend>
        {COIN_PACKS.map((one) => (
          <label key={one.id} class="coin-pack" data-testid={one.id}>
            <input
              class="visually-hidden"
              type="radio"
              name="pack"
              checked={one.id === chosen.value}
              onChange={() => (chosen.value = one.id)}
            />
            <strong class="numeric">{t.coins(one.coins)}</strong>
            {currency && <span class="coin-pack__price numeric">{price(one.priceMinor, currency)}</span>}
          </label>
        ))}
      </fieldset>
      {currency && (
        <PayButtons
          providers={providers}
          label={t.payNow(price(pack.priceMinor, currency))}
          start={async (provider) => (await wallet.buy(pack.id, provider)).payment}
          onOpened={() => (before.value = wallet.coins.peek() ?? 0)}
        />
      )}
      {before.value !== null && (
        <p
          class={arrived ? 'sheet-notice sheet-notice--good' : 'sheet-notice coin-packs__waiting'}
          role="status"
        >
          {!arrived && <Spinner size={16} />}
          {arrived ? t.coinsArrived : t.waitingForCoins}
        </p>
      )}
    </>
  )
}
