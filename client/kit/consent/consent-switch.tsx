import { useEffect } from 'preact/hooks'
import { toast } from '../ui/toast.tsx'
import { consent, decide, loadConsent } from './consent.ts'
import { consentWords } from './words.ts'

/** The answer as a switch, for a menu and for the privacy page. `class` dresses it as its place does. */
export function ConsentSwitch({ id, class: look }: { id: string; class: string }) {
  useEffect(() => {
    if (consent.peek() === 'loading') void loadConsent()
  }, [])
  const on = consent.value === 'yes'
  const change = async (input: HTMLInputElement) => {
    try {
      await decide(input.checked)
    } catch {
      input.checked = on
      toast(consentWords.value.failed, 'bad')
    }
  }
  return (
    <>
      <label for={id}>{consentWords.value.setting}</label>
      <input
        id={id}
        class={look}
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        disabled={consent.value === 'loading'}
        data-testid="consent-switch"
        onChange={(event) => change(event.currentTarget)}
      />
    </>
  )
}
