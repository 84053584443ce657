import type { WindowOutcome } from './windows.ts'
import { sheetWords } from './words.ts'

/** Where a popup stands, as far as the viewer has something to do about it. */
export function PopupState({ popup }: { popup: WindowOutcome | 'open' | null }) {
  const t = sheetWords.value
  if (popup === 'open') {
    return (
      <p class="sheet-notice" role="status" data-testid="popup-open">
        {t.popupWaiting}
      </p>
    )
  }
  return popup === 'blocked' ? (
    <p class="sheet-notice sheet-notice--bad" role="alert">
      {t.popupBlocked}
    </p>
  ) : null
}
