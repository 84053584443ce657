import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { Sheet } from '../../kit/ui/sheet.tsx'
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
  useEffect(() => void wallet.refresh().catch(() => undefined), [wallet])
  return (
    <Sheet title={page.value === 'gifts' ? t.gifts : t.packs} onClose={close} clear testId="tips-sheet">
      {page.value === 'gifts' ? (
        <GiftPicker wallet={wallet} onTopUp={() => (page.value = 'packs')} />
      ) : (
        <CoinPacks wallet={wallet} onBack={() => (page.value = 'gifts')} />
      )}
    </Sheet>
  )
}
