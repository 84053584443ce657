import { useSignal } from '@preact/signals'
import { errorText } from '../errors.ts'
import { openPayPage, type PayPage } from '../pay.ts'
import { Button } from './button.tsx'
import { ScanCode } from './scan-code.tsx'
import './pay-buttons.css'
import './sheet-notice.css'
import { payWords } from './pay-words.ts'

interface Props {
  /** Ids of the providers that are on. */
  providers: readonly string[]
  label: string
  /** Starts the payment with a provider, under an Idempotency-Key. */
  start: (provider: string) => Promise<{ payUrl: string | null }>
  onOpened?: () => void
}

/** One button for each way to pay; it opens the provider's page beside the show. */
export function PayButtons({ providers, label, start, onOpened }: Props) {
  const t = payWords.value
  const busy = useSignal<string | null>(null)
  const page = useSignal<PayPage | null>(null)
  const failure = useSignal<unknown>(null)

  const pay = async (provider: string) => {
    busy.value = provider
    failure.value = null
    try {
      page.value = await openPayPage(() => start(provider))
      onOpened?.()
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = null
    }
  }
  if (providers.length === 0) return <p class="sheet-notice">{t.noProviders}</p>
  return (
    <div class="pay-buttons">
      {providers.map((provider) => (
        <Button
          key={provider}
          look="sell"
          size="large"
          wide
          busy={busy.value === provider}
          disabled={busy.value !== null}
          data-testid={`pay-${provider}`}
          onClick={() => pay(provider)}
        >
          <span>{label}</span>
          <span class="pay-buttons__provider">{providerName(provider)}</span>
        </Button>
      ))}
      {page.value?.kind === 'blocked' && (
        <a
          class="button button--plain button--wide"
          href={page.value.url}
          target="_blank"
          rel="noopener"
          data-testid="pay-link"
        >
          {t.openPayPage}
        </a>
      )}
      {page.value?.kind === 'scan' && <ScanCode code={page.value.code} />}
      {failure.value !== null && (
        <p class="sheet-notice sheet-notice--bad" role="alert">
          {errorText(failure.value)}
        </p>
      )}
    </div>
  )
}

function providerName(provider: string): string {
  const names: Record<string, string> = payWords.value.providers
  return names[provider] ?? provider
}
