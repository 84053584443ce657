import { Sheet } from '../../kit/ui/sheet.tsx'
import { ShelfList } from '../shop/shelf-list.tsx'
import { playerWords } from '../words.ts'
import { useSheet } from './use-sheet.ts'

/** The shelf as a sheet, where no panel stands beside the stage. */
export function BagSheet() {
  const { close } = useSheet()
  return (
    <Sheet title={playerWords.value.bag} onClose={close} clear testId="bag-sheet">
      <ShelfList />
    </Sheet>
  )
}
