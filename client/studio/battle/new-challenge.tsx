import { useSignal } from '@preact/signals'
import { dateTime } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { CopyButton } from '../../kit/ui/copy-button.tsx'
import { useStudio } from '../live/context.ts'
import { challengeWords } from './words.ts'

const MINUTES = [1, 3, 5, 10] as const
const MINUTES_FIRST = 5

/** Chooses how long, and whom: a show of one's own shop, or one whose code one has. */
export function NewChallenge() {
  const minutes = useSignal<number>(MINUTES_FIRST)
  const t = challengeWords.value
  return (
    <>
      <p class="challenge__text">{t.intro}</p>
      <fieldset class="challenge__minutes" aria-label={t.duration}>
        {MINUTES.map((count) => (
          <button
            key={count}
            type="button"
            class="challenge__minute"
            aria-pressed={minutes.value === count}
            data-testid={`minutes-${count}`}
            onClick={() => (minutes.value = count)}
          >
            {t.minutes(count)}
          </button>
        ))}
      </fieldset>
      <Rivals durationS={minutes.value * 60} />
      <ByCode durationS={minutes.value * 60} />
    </>
  )
}

function Rivals({ durationS }: { durationS: number }) {
  const { battles } = useStudio()
  const t = challengeWords.value
  const rivals = battles.rivals.value
  return (
    <section class="challenge__part">
      <h3 class="challenge__head">{t.onAir}</h3>
      {rivals?.length === 0 && <p class="challenge__text">{t.nobody}</p>}
      <ul class="challenge__list">
        {rivals?.map(({ showId, title, hosts, busy }) => (
          <li key={showId} class="challenge__rival" data-testid="rival" data-show={showId}>
            <p class="challenge__words">
              <b class="challenge__title">{title}</b>
              <span class="challenge__text">{hosts.join(', ')}</span>
            </p>
            <Button
              size="small"
              disabled={busy || battles.busy.value}
              aria-label={busy ? undefined : t.sendTo(title)}
              data-testid="send-challenge"
              onClick={() => battles.send({ showId }, durationS)}
            >
              {busy ? t.busy : t.send}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function ByCode({ durationS }: { durationS: number }) {
  const { battles } = useStudio()
  const t = challengeWords.value
  const code = useSignal('')
  const own = battles.code.value
  return (
    <section class="challenge__part">
      <h3 class="challenge__head">{t.others}</h3>
      <p class="challenge__text">{t.othersText}</p>
      <form
        class="challenge__code"
        onSubmit={(event) => {
          event.preventDefault()
          battles.send({ code: code.value.trim() }, durationS)
        }}
      >
        <input
          class="input challenge__field"
          value={code.value}
          required
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
          placeholder={t.code}
          aria-label={t.code}
          data-testid="rival-code"
          onInput={(event) => (code.value = event.currentTarget.value)}
        />
        <Button type="submit" busy={battles.busy.value} data-testid="send-code">
          {t.sendCode}
        </Button>
      </form>
      {own ? (
        <div class="challenge__code">
          <input
            class="input challenge__field"
            readonly
            value={own.code}
            aria-label={t.myCode}
            data-testid="own-code"
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton text={own.code} of={t.myCode} />
          <p class="challenge__text challenge__hint">{t.codeHint(dateTime(own.expiresAt))}</p>
        </div>
      ) : (
        <Button look="plain" data-testid="make-code" onClick={battles.makeCode}>
          {t.makeCode}
        </Button>
      )}
    </section>
  )
}
