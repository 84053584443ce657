import { useSignal } from '@preact/signals'
import { ApiError, call } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { useAction } from '../../kit/use-action.ts'
import { Form } from '../form.tsx'
import { Link } from '../navigate.tsx'
import { accountWords } from '../words.ts'
import { ConsentBox } from './consent-box.tsx'

/** What is held about a person: to look at, to take along, to have deleted. */
export function DataPage() {
  const t = accountWords.value
  return (
    <>
      <h1>{t.sections.data}</h1>
      <section class="box" aria-labelledby="data-export">
        <h2 id="data-export">{t.data.exportTitle}</h2>
        <p>{t.data.exportText}</p>
        <Export />
        <p>
          <Link to={{ page: 'privacy' }}>{t.privacy.title}</Link>
        </p>
      </section>
      <ConsentBox />
      <Deletion />
    </>
  )
}

function Export() {
  const t = accountWords.value.data
  const fetching = useAction()
  const save = () =>
    fetching.run(async () => {
      const data = await call('GET /me/export')
      const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
      const link = document.createElement('a')
      link.href = url
      link.download = 'shelfcast-my-data.json'
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    })
  return (
    <div>
      <Button look="plain" busy={fetching.busy.value} onClick={() => void save()} data-testid="export">
        {t.download}
      </Button>
    </div>
  )
}

/** How many coins a refusal counted, or null for another refusal. */
function coinsIn(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.problem.code !== 'coins_left') return null
  const coins = error.problem.extra?.coins
  return typeof coins === 'number' ? coins : null
}

function Deletion() {
  const t = accountWords.value.data
  const password = useSignal('')
  const coins = useSignal<number | null>(null)
  const forfeit = useSignal(false)
  const gone = useSignal(false)
  const leave = async () => {
    try {
      await call('POST /me/deletion', { body: { password: password.value, forfeitCoins: forfeit.value } })
      gone.value = true
      setTimeout(() => location.assign('/me'), 4000)
    } catch (error) {
      coins.value = coinsIn(error)
      throw error
    }
  }
  return (
    <section class="box" aria-labelledby="data-delete">
      <h2 id="data-delete">{t.deleteTitle}</h2>
      {gone.value ? (
        <p role="status">{t.deleted}</p>
      ) : (
        <>
          <p>{t.deleteText}</p>
          <ul class="points">
            {t.deletePoints.split('\n').map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
          <Form action={t.delete} look="danger" submit={leave} testId="delete-account">
            <TextField
              label={t.password}
              value={password.value}
              onValue={(value) => (password.value = value)}
              type="password"
              name="password"
              autocomplete="current-password"
              required
              maxLength={128}
            />
            {coins.value !== null && (
              <label class="check">
                <input
                  type="checkbox"
                  checked={forfeit.value}
                  onChange={(event) => (forfeit.value = event.currentTarget.checked)}
                />
                {t.forfeit(coins.value)}
              </label>
            )}
          </Form>
        </>
      )}
    </section>
  )
}
