import { Button } from '../../kit/ui/button.tsx'
import { CoinShop } from '../../kit/ui/coin-shop.tsx'
import type { Wallet } from '../../kit/wallet.ts'
import { usePlayer } from '../context.ts'
import { useSheet } from './use-sheet.ts'
import { WalletLine } from './wallet-line.tsx'
import { sheetWords } from './words.ts'

/** Buys coins; guests sign in first. */
export function CoinPacks({ wallet, onBack }: { wallet: Wallet; onBack: () => void }) {
  const { visit } = usePlayer().state
  const { show } = useSheet()
  const t = sheetWords.value
  const guest = visit.value?.person.guest ?? true
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
      <CoinShop wallet={wallet} providers={visit.value?.paymentProviders ?? []} />
      <Button look="quiet" icon="back" onClick={onBack} data-testid="tips-back">
        {t.back}
      </Button>
    </div>
  )
}
