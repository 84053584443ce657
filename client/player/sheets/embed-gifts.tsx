import { useSignal } from '@preact/signals'
import { Button } from '../../kit/ui/button.tsx'
import { payWords } from '../../kit/ui/pay-words.ts'
import { usePlayer } from '../context.ts'
import type { Embed } from '../embed/embed.ts'
import { type Choice, GiftChoice } from './gift-choice.tsx'
import { PopupState } from './popup-state.tsx'
import { TipOutcome } from './tip-outcome.tsx'
import { confirmGift, type WindowOutcome } from './windows.ts'
import { sheetWords } from './words.ts'

/** Chooses a gift here and confirms it in a window of our own: coins are never spent from inside another page. */
export function EmbedGifts({ embed }: { embed: Embed }) {
  const player = usePlayer()
  const t = sheetWords.value
  const popup = useSignal<WindowOutcome | 'open' | null>(null)
  const live = player.state.room.value?.show.status === 'live'
  const send = async ({ giftId, count }: Choice) => {
    popup.value = 'open'
    popup.value = await confirmGift(embed, giftId, count)
  }
  return (
    <div class="tips">
      <GiftChoice>
        {(choice) => (
          <Button
            size="large"
            busy={popup.value === 'open'}
            disabled={!live}
            onClick={() => void send(choice)}
            data-testid="tip-send"
          >
            {t.giftPopup(payWords.value.coins(choice.cost))}
          </Button>
        )}
      </GiftChoice>
      {live ? (
        <p class="sheet-note">{t.giftPopupText(location.host)}</p>
      ) : (
        <p class="sheet-notice">{t.notLive}</p>
      )}
      <PopupState popup={popup.value} />
      <TipOutcome outcome={popup.value === 'done' ? { sent: true } : null} />
    </div>
  )
}
