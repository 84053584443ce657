import { useSignal } from '@preact/signals'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import './end-dialog.css'

/** Asks before the show ends, because that is for good. */
export function EndDialog() {
  const { dialog, end } = useStudio()
  const t = studioWords.value
  const busy = useSignal(false)
  const failure = useSignal<unknown>(null)
  const close = () => {
    dialog.value = null
  }
  const confirm = async () => {
    busy.value = true
    failure.value = null
    try {
      await end()
      close()
    } catch (error) {
      failure.value = error
      busy.value = false
    }
  }
  const foot = (
    <div class="end-dialog__choice">
      <Button look="plain" size="large" onClick={close}>
        {t.endCancel}
      </Button>
      <Button look="danger" size="large" busy={busy.value} data-testid="end-confirm" onClick={confirm}>
        {t.endConfirm}
      </Button>
    </div>
  )
  return (
    <Sheet title={t.endTitle} shape="dialog" onClose={close} testId="end-dialog" foot={foot}>
      <p>{t.endText}</p>
      {failure.value !== null && (
        <p class="end-dialog__failure" role="alert">
          {errorText(failure.value)}
        </p>
      )}
    </Sheet>
  )
}
