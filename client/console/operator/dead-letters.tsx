import { useSignal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { dateTime } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { OpenList } from './open-list.tsx'
import { operatorWords } from './words.ts'

type Letter = Answer<'GET /dead-letters'>['items'][number]

/** What the server gave up after many attempts, and the button that tries it again. */
export function DeadLetters() {
  const t = operatorWords.value
  const pages = usePages((after, signal) => call('GET /dead-letters', { query: { after }, signal }), [])
  return (
    <OpenList
      title={t.givenUp}
      none={t.nothingGivenUp}
      pages={pages}
      row={(letter) => <LetterRow key={letter.id} of={letter} onTried={pages.reload} />}
    />
  )
}

function LetterRow({ of, onTried }: { of: Letter; onTried: () => void }) {
  const t = operatorWords.value
  const busy = useSignal(false)
  const retry = async () => {
    busy.value = true
    try {
      await call('POST /dead-letters/:letterId/retry', { params: { letterId: of.id } })
      toast(t.triedAgain)
    } catch (error) {
      toast(errorText(error), 'bad')
    } finally {
      busy.value = false
      onTried()
    }
  }
  return (
    <li class="settings__row" data-testid="dead-letter">
      <span class="settings__grow">
        <code>{of.topic}</code> · <code>{of.key}</code>
        <span class="settings__text settings__detail">
          {dateTime(of.at)} · {t.attempts(of.attempts)} · {of.error}
        </span>
      </span>
      <Button
        look="plain"
        size="small"
        busy={busy.value}
        onClick={() => void retry()}
        aria-label={t.retryLabel(of.key)}
      >
        {t.retry}
      </Button>
    </li>
  )
}
