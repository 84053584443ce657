import { Button } from '../../kit/ui/button.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useDesk } from './context.ts'
import './pin-button.css'
import { deskWords } from './words.ts'

interface PinButtonProps {
  itemId: string
  title: string
  pinned: boolean
  /** Viewers do not see the item, so there is nothing to pin. */
  hidden: boolean
}

/** Shows the item to everyone, or takes it away again. */
export function PinButton({ itemId, title, pinned, hidden }: PinButtonProps) {
  const desk = useDesk()
  const t = deskWords.value
  const pinning = useAction()
  const pin = (id: string | null) => void pinning.run(() => desk.pin(id))
  if (pinned) {
    return (
      <Button look="plain" size="small" class="pin-button" onClick={() => pin(null)} data-testid="unpin">
        {t.unpin}
      </Button>
    )
  }
  return (
    <Button
      look="plain"
      size="small"
      icon="pin"
      class="pin-button"
      disabled={hidden}
      aria-label={t.pinLabel(title)}
      onClick={() => pin(itemId)}
      data-testid={`pin-${itemId}`}
    >
      {t.pin}
    </Button>
  )
}
