import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import { DevicePickers } from './device-pickers.tsx'

/** Switches devices, on air too. */
export function DevicesDialog() {
  const { dialog } = useStudio()
  const t = studioWords.value
  const close = () => {
    dialog.value = null
  }
  return (
    <Sheet
      title={t.devices}
      onClose={close}
      clear
      testId="devices-dialog"
      foot={
        <Button wide onClick={close}>
          {t.done}
        </Button>
      }
    >
      <DevicePickers />
    </Sheet>
  )
}
