import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toast.tsx'
import { consent, decide } from './consent.ts'
import './consent.css'
import { consentWords } from './words.ts'

/** Asks once, beside what it must not cover. Draws nothing once there is an answer. */
export function ConsentBar() {
  const t = consentWords.value
  const busy = useSignal(false)
  const id = useId()
  if (consent.value !== 'unasked') return null
  const answer = async (facts: boolean) => {
    busy.value = true
    try {
      await decide(facts)
    } catch {
      toast(t.failed, 'bad')
    } finally {
      busy.value = false
    }
  }
  return (
    <section class="consent-bar" aria-labelledby={id} data-testid="consent-bar">
      <div class="consent-bar__words">
        <h2 class="consent-bar__title" id={id}>
          {t.title}
        </h2>
        <p class="consent-bar__text">
          {t.text}{' '}
          <a href="/privacy" target="_blank" rel="noreferrer">
            {t.more}
          </a>
        </p>
      </div>
      <div class="consent-bar__answers">
        <Button
          look="plain"
          size="small"
          disabled={busy.value}
          onClick={() => answer(false)}
          data-testid="consent-no"
        >
          {t.refuse}
        </Button>
        <Button
          look="plain"
          size="small"
          disabled={busy.value}
          onClick={() => answer(true)}
          data-testid="consent-yes"
        >
          {t.accept}
        </Button>
      </div>
    </section>
  )
}
