import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import type { Embed } from '../embed/embed.ts'
import { PopupState } from './popup-state.tsx'
import { prepareSignIn, type SignIn, type WindowOutcome } from './windows.ts'
import { sheetWords } from './words.ts'

/** Signs in in a window of our own, since a form in somebody else's page is no place for a password. */
export function EmbedSignIn({ embed, onDone }: { embed: Embed; onDone: () => void }) {
  const t = sheetWords.value
  const signIn = useSignal<SignIn | null>(null)
  const popup = useSignal<WindowOutcome | 'open' | null>(null)
  const failure = useSignal<unknown>(null)

  const prepare = () => {
    signIn.value = null
    prepareSignIn(embed).then(
      (ready) => (signIn.value = ready),
      (error: unknown) => (failure.value = error),
    )
  }
  useEffect(prepare, [embed])

  const start = async () => {
    const begin = signIn.peek()
    if (!begin) return
    failure.value = null
    popup.value = 'open'
    try {
      popup.value = await begin()
      if (popup.value === 'done') onDone()
      else prepare()
    } catch (error) {
      popup.value = null
      failure.value = error
      prepare()
    }
  }
  return (
    <div class="tips">
      <Button
        size="large"
        wide
        disabled={!signIn.value}
        busy={popup.value === 'open'}
        onClick={() => void start()}
        data-testid="embed-sign-in"
      >
        {t.signInPopup}
      </Button>
      <p class="sheet-note">{t.signInPopupText(location.host)}</p>
      <PopupState popup={popup.value} />
      {failure.value !== null && (
        <p class="sheet-notice sheet-notice--bad" role="alert">
          {errorText(failure.value)}
        </p>
      )}
    </div>
  )
}
