import type { ComponentChildren } from 'preact'
import { Icon } from '../../kit/ui/icons.tsx'
import type { Wallet } from './wallet.ts'
import { sheetWords } from './words.ts'

/** How many coins there are. */
export function WalletLine({ wallet, children }: { wallet: Wallet; children?: ComponentChildren }) {
  const t = sheetWords.value
  const coins = wallet.coins.value
  return (
    <p class="wallet-line">
      <Icon name="coin" size={20} />
      <span>{t.wallet}</span>
      <strong class="numeric" data-testid="wallet-coins" data-coins={coins ?? undefined}>
        {coins ?? '–'}
      </strong>
      {children}
    </p>
  )
}
