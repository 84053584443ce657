import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useAction } from '../../kit/use-action.ts'
import { consoleWords } from '../words.ts'
import './confirm.css'

interface ConfirmProps {
  title: string
  text: string
  /** What the button says that does it. */
  action: string
  run: () => Promise<unknown>
  onClose: () => void
}

/** Asks before something that cannot be undone; stays open when it failed. */
export function Confirm({ title, text, action, run, onClose }: ConfirmProps) {
  const doing = useAction()
  const confirm = async () => {
    if (await doing.run(run)) onClose()
  }
  return (
    <Sheet title={title} onClose={onClose} shape="dialog" testId="confirm">
      <p>{text}</p>
      <div class="confirm__actions">
        <Button look="plain" onClick={onClose}>
          {consoleWords.value.cancel}
        </Button>
        <Button
          look="danger"
          busy={doing.busy.value}
          onClick={() => void confirm()}
          data-testid="confirm-action"
        >
          {action}
        </Button>
      </div>
    </Sheet>
  )
}
