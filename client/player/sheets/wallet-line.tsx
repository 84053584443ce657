import type { ComponentChildren } from 'preact'
import { Icon } from '../../kit/ui/icons.tsx'
import { payWords } from '../../kit/ui/pay-words.ts'
import type { Wallet } from '../../kit/wallet.ts'

/** How many coins there are. */
export function WalletLine({ wallet, children }: { wallet: Wallet; children?: ComponentChildren }) {
  const coins = wallet.coins.value
  return (
    <p class="wallet-line">
      <Icon name="coin" size={20} />
      <span>{payWords.value.wallet}</span>
      <strong class="numeric" data-testid="wallet-coins" data-coins={coins ?? undefined}>
        {coins ?? '–'}
      </strong>
      {children}
    </p>
  )
}
