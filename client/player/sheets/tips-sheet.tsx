import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { playerWords } from '../words.ts'
import { CoinPacks } from './coin-packs.tsx'
import { GiftPicker } from './gift-picker.tsx'
import './tips-sheet.css'
import { useSheet } from './use-sheet.ts'
import { createWallet } from './wallet.ts'
import { sheetWords } from './words.ts'

/** Gifts and the wallet they come from: one sheet, two pages. */
export function TipsSheet() {
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
    <Sheet title={page.value === 'gifts' ? t.gifts : t.packs} onClose={close} clear testId="tips-sheet">
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
