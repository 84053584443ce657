import { call } from '../../kit/api.ts'
import { dateTime } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { useAction } from '../../kit/use-action.ts'
import { accountWords } from '../words.ts'

/** Where one is signed in, and the way to end all of that. */
export function SessionsBox() {
  const t = accountWords.value.profile
  const load = useLoad((signal) => call('GET /me/sessions', { signal }), [])
  const ending = useAction()
  const end = async () => {
    await ending.run(() => call('DELETE /me/sessions'))
    load.reload()
  }
  return (
    <section class="box" aria-labelledby="profile-sessions">
      <h2 id="profile-sessions">{t.sessions}</h2>
      <LoadView load={load}>
        {({ items }) => (
          <>
            <ul class="lines" data-testid="sessions">
              {items.map((one, index) => (
                <li key={`${one.createdAt} ${index}`}>
                  <span>
                    {one.device || t.unknownDevice} {one.origin && <span class="soft">{one.origin}</span>}
                    <br />
                    <span class="soft">{t.since(dateTime(one.createdAt))}</span>
                  </span>
                  {one.current && <span class="pill pill--good">{t.thisDevice}</span>}
                </li>
              ))}
            </ul>
            {items.length > 1 && (
              <Button look="plain" size="small" busy={ending.busy.value} onClick={() => void end()}>
                {t.signOutElsewhere}
              </Button>
            )}
          </>
        )}
      </LoadView>
    </section>
  )
}
