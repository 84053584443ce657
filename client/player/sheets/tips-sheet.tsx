import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { payWords } from '../../kit/ui/pay-words.ts'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { usePlayer } from '../context.ts'
import type { Embed } from '../embed/embed.ts'
import { playerWords } from '../words.ts'
import { CoinPacks } from './coin-packs.tsx'
import { EmbedGifts } from './embed-gifts.tsx'
import { GiftPicker } from './gift-picker.tsx'
import './tips-sheet.css'
import { createWallet } from '../../kit/wallet.ts'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

/** Sends gifts; in an embed they are confirmed where the viewer's coins are. */
export function TipsSheet() {
  const { embed } = usePlayer()
  return embed ? <EmbedTips embed={embed} /> : <WalletTips />
}

function EmbedTips({ embed }: { embed: Embed }) {
  const { close } = useSheet()
  return (
    <Sheet title={sheetWords.value.gifts} onClose={close} clear testId="tips-sheet">
      <EmbedGifts embed={embed} />
    </Sheet>
  )
}

/** Gifts and the wallet they come from: one sheet, two pages. */
function WalletTips() {
  const { close } = useSheet()
  const t = sheetWords.value
  const wallet = useMemo(createWallet, [])
  const page = useSignal<'gifts' | 'packs'>('gifts')
  const failure = useSignal<unknown>(null)
  const load = () => {
    failure.value = null
    wallet.refresh().catch((error: unknown) => (failure.value = error))
  }
  useEffect(load, [wallet])
  return (
    <Sheet
      title={page.value === 'gifts' ? t.gifts : payWords.value.packs}
      onClose={close}
      clear
      testId="tips-sheet"
    >
      {failure.value !== null && (
        <div class="sheet-notice sheet-notice--bad" role="alert" data-testid="wallet-error">
          <p>{errorText(failure.value)}</p>
          <Button look="plain" size="small" onClick={load}>
            {playerWords.value.retry}
          </Button>
        </div>
      )}
      {page.value === 'gifts' ? (
        <GiftPicker wallet={wallet} onTopUp={() => (page.value = 'packs')} />
      ) : (
        <CoinPacks wallet={wallet} onBack={() => (page.value = 'gifts')} />
      )}
    </Sheet>
  )
}
