import { useSignal } from '@preact/signals'
import { STAGE_NAME_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { useEffect } from 'preact/hooks'
import { type Answer, call, codeOf } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { session } from '../../kit/session.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { peopleWords } from '../people/words.ts'
import { liveUrl } from '../route.ts'
import { Brand } from './brand.tsx'
import './join-page.css'
import './sign-in-page.css'

type Invite = Answer<'POST /co-host-invites/read'>

/** Where an invitation's link leads. The token stands after `#`, which no server and no log gets to see. */
export function JoinPage() {
  const t = peopleWords.value
  const token = location.hash.slice(1)
  const invite = useSignal<Invite | null>(null)
  const failure = useSignal<unknown>(null)
  const load = () => {
    failure.value = null
    call('POST /co-host-invites/read', { body: { token } }).then(
      (answer) => {
        invite.value = answer
      },
      (error: unknown) => {
        failure.value = error
      },
    )
  }
  useEffect(load, [])
  return (
    <main class="sign-in-page">
      <div class="sign-in-page__top">
        <Brand />
        <LanguageSwitch />
      </div>
      <section class="sign-in-page__card">
        {invite.value ? (
          <Accept invite={invite.value} token={token} />
        ) : failure.value === null ? (
          <Spinner size={32} label={t.loading} />
        ) : codeOf(failure.value) === 'invite_invalid' ? (
          <div data-testid="invite-invalid">
            <Empty icon="link" title={t.invalidTitle} text={t.invalidText} />
          </div>
        ) : (
          <Empty icon="wifiOff" title={t.failed} text={errorText(failure.value)}>
            <Button onClick={load}>{t.tryAgain}</Button>
          </Empty>
        )}
      </section>
    </main>
  )
}

function Accept({ invite, token }: { invite: Invite; token: string }) {
  const t = peopleWords.value
  const known = session.value.is === 'in' ? session.value.me.person.name : ''
  const name = useSignal(known)
  const busy = useSignal(false)
  const failure = useSignal<unknown>(null)
  const accept = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    failure.value = null
    try {
      const body = { token, name: name.value }
      const { tenantId, showId } = await call('POST /co-host-invites/accept', { body })
      location.assign(liveUrl(tenantId, showId))
    } catch (error) {
      failure.value = error
      busy.value = false
    }
  }
  return (
    <form class="join-page" onSubmit={accept}>
      <h1 class="sign-in-page__title">{t.joinTitle(invite.show.title)}</h1>
      <p class="sign-in-page__text">{t.joinText(invite.invitedBy, invite.tenantName)}</p>
      <TextField
        label={t.name}
        value={name.value}
        onValue={(value) => (name.value = value)}
        required
        maxLength={STAGE_NAME_MAX}
        autocomplete="name"
        data-testid="stage-name"
        error={failure.value === null ? null : errorText(failure.value)}
      />
      <Button wide size="large" type="submit" busy={busy.value} data-testid="accept-invite">
        {t.accept}
      </Button>
    </form>
  )
}
