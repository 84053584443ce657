import { type Answer, call } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import { useLoad, usePages } from '../../kit/load.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { payWords } from '../../kit/ui/pay-words.ts'
import { accountWords } from '../words.ts'
import { ownMoneyWords } from './words.ts'

type Entry = Answer<'GET /wallet/entries'>['items'][number]

/** My coins, and what they came from and went to. */
export function CoinsPage() {
  const t = ownMoneyWords.value
  const wallet = useLoad((signal) => call('GET /wallet', { signal }), [])
  const pages = usePages((after, signal) => call('GET /wallet/entries', { query: { after }, signal }), [])
  return (
    <>
      <h1>{accountWords.value.sections.coins}</h1>
      <section class="box">
        <LoadView load={wallet}>
          {({ coins }) => (
            <p data-testid="coins">
              <strong class="numeric">{t.coins(coins)}</strong>
            </p>
          )}
        </LoadView>
        <p class="soft">{t.coinHint}</p>
      </section>
      <section class="box" aria-labelledby="coin-history">
        <h2 id="coin-history">{t.history}</h2>
        <LoadView load={pages}>
          {(entries) =>
            entries.length === 0 ? (
              <Empty icon="gift" title={t.noCoins} />
            ) : (
              <ul class="lines" data-testid="coin-entries">
                {entries.map((entry) => (
                  <CoinEntry key={entry.id} of={entry} />
                ))}
              </ul>
            )
          }
        </LoadView>
        <More pages={pages} />
      </section>
    </>
  )
}

function CoinEntry({ of }: { of: Entry }) {
  const t = ownMoneyWords.value
  const { tip, paid } = of
  const gift = tip && `${payWords.value.gifts[tip.giftId]}${tip.count > 1 ? ` × ${tip.count}` : ''}`
  return (
    <li data-kind={of.kind}>
      <span>
        {tip && gift ? t.giftIn(gift, tip.show) : t.kinds[of.kind]}
        <br />
        <span class="soft">
          {dateTime(of.at)}
          {paid && ` · ${t.paidFor(money(paid.amountMinor, paid.currency))}`}
        </span>
      </span>
      <strong class="numeric">{of.coins > 0 ? `+${of.coins}` : of.coins}</strong>
    </li>
  )
}
