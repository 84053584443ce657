import { useSignal } from '@preact/signals'
import { GIFTS } from '@shelfcast/shared/money.ts'
import { useEffect } from 'preact/hooks'
import type { Answer } from '../kit/api.ts'
import { errorText } from '../kit/errors.ts'
import { Button } from '../kit/ui/button.tsx'
import { CoinShop } from '../kit/ui/coin-shop.tsx'
import { payWords } from '../kit/ui/pay-words.ts'
import '../kit/ui/sheet-notice.css'
import type { Wallet } from '../kit/wallet.ts'
import { tellOpener } from './opener.ts'
import type { WalletTask } from './wallet-page.tsx'
import { embedWords } from './words.ts'

/** A click meant for the page below, in the moment in which this window came up, confirms nothing. */
const ARMED_AFTER_MS = 700
const SEEN_MS = 1200

interface Props {
  task: WalletTask
  visit: Answer<'POST /shows/:showId/visits'>
  wallet: Wallet
}

/** What is about to be spent, on what, and the button that spends it; coins to buy where they are short. */
export function GiftConfirm({ task, visit, wallet }: Props) {
  const t = embedWords.value
  const armed = useArmed()
  const busy = useSignal(false)
  const sent = useSignal(false)
  const failure = useSignal<unknown>(null)
  const gift = GIFTS.find((one) => one.id === task.giftId) ?? GIFTS[0]
  const cost = gift.coins * task.count
  const left = (wallet.coins.value ?? 0) - cost
  const live = visit.show.status === 'live'

  const send = async () => {
    busy.value = true
    failure.value = null
    try {
      await wallet.send(task.showId, task.giftId, task.count)
      sent.value = true
      tellOpener({ shelfcast: 'tipped' })
      setTimeout(() => window.close(), SEEN_MS)
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }
  return (
    <>
      <Bill task={task} visit={visit} />
      <dl class="popup__sums">
        <div>
          <dt>{payWords.value.wallet}</dt>
          <dd class="numeric" data-testid="wallet-coins" data-coins={wallet.coins.value ?? undefined}>
            {wallet.coins.value ?? '–'}
          </dd>
        </div>
        {left >= 0 && !sent.value && (
          <div>
            <dt>{t.after}</dt>
            <dd class="numeric">{left}</dd>
          </div>
        )}
      </dl>
      {sent.value ? (
        <p class="sheet-notice sheet-notice--good" role="status" data-testid="tip-sent">
          {t.sent}
        </p>
      ) : left >= 0 ? (
        <Button
          size="large"
          wide
          busy={busy.value}
          disabled={!live || !armed}
          onClick={() => void send()}
          data-testid="confirm-gift"
        >
          {t.send(String(cost))}
        </Button>
      ) : (
        <>
          <p class="sheet-notice">{t.short(String(-left))}</p>
          <CoinShop wallet={wallet} providers={visit.paymentProviders} />
        </>
      )}
      {!live && <p class="sheet-notice">{t.notLive}</p>}
      {failure.value !== null && (
        <p class="sheet-notice sheet-notice--bad" role="alert" data-testid="tip-error">
          {errorText(failure.value)}
        </p>
      )}
    </>
  )
}

/** The gift, how many, what they cost, and for whom. */
function Bill({ task, visit }: Pick<Props, 'task' | 'visit'>) {
  const gift = GIFTS.find((one) => one.id === task.giftId) ?? GIFTS[0]
  const { coins, gifts } = payWords.value
  return (
    <div class="popup__bill">
      <span class="popup__emoji" aria-hidden="true">
        {gift.emoji}
      </span>
      <p class="popup__gift">
        <strong>
          {gifts[gift.id]} × {task.count}
        </strong>
        <span class="popup__soft">
          {embedWords.value.to(`${visit.show.tenantName} · ${visit.show.title}`)}
        </span>
      </p>
      <strong class="numeric popup__cost">{coins(gift.coins * task.count)}</strong>
    </div>
  )
}

function useArmed(): boolean {
  const armed = useSignal(false)
  useEffect(() => {
    const timer = setTimeout(() => (armed.value = true), ARMED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  return armed.value
}
