import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Answer, call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { dateTime } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { CopyButton } from '../../kit/ui/copy-button.tsx'
import { useStudio } from '../live/context.ts'
import { peopleWords } from './words.ts'

type Made = Answer<'POST /tenants/:tenantId/shows/:showId/co-hosts'>
type Invite = Omit<Made, 'url'>

interface Invites {
  readonly items: ReadonlySignal<readonly Invite[]>
  /** The one that was just made, with its link. */
  readonly made: ReadonlySignal<Made | null>
  readonly error: Signal<unknown>
  readonly busy: ReadonlySignal<boolean>
  invite(): void
  withdraw(id: string): void
}

/** The invitations of this show, for who works for the merchant. */
export function useInvites(): Invites {
  const { tenantId, showId, stage } = useStudio()
  const items = useSignal<readonly Invite[]>([])
  const made = useSignal<Made | null>(null)
  const error = useSignal<unknown>(null)
  const busy = useSignal(false)
  const params = { tenantId, showId }

  const load = async () => {
    items.value = (await call('GET /tenants/:tenantId/shows/:showId/co-hosts', { params })).items
  }
  const attempt = (work: () => Promise<void>) => {
    busy.value = true
    error.value = null
    work()
      .catch((failure: unknown) => {
        error.value = failure
      })
      .finally(() => {
        busy.value = false
      })
  }
  const member = stage.member.value === true
  useEffect(() => {
    if (member) attempt(load)
  }, [member])

  return {
    items,
    made,
    error,
    busy,
    invite: () =>
      attempt(async () => {
        made.value = await call('POST /tenants/:tenantId/shows/:showId/co-hosts', { params, body: {} })
        await load()
      }),
    withdraw: (inviteId) =>
      attempt(async () => {
        await call('DELETE /tenants/:tenantId/shows/:showId/co-hosts/:inviteId', {
          params: { ...params, inviteId },
        })
        if (made.value?.id === inviteId) made.value = null
        await load()
      }),
  }
}

export function Invitations({ invites }: { invites: Invites }) {
  const t = peopleWords.value
  const made = invites.made.value
  return (
    <section class="people__part">
      <h3 class="people__head">{t.invites}</h3>
      <p class="people__none">{t.inviteText}</p>
      {made && (
        <div class="people__link">
          <input
            class="input people__url"
            readonly
            value={made.url}
            aria-label={t.link}
            data-testid="invite-url"
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton text={made.url} of={t.link} />
          <p class="people__hint">{t.linkHint(dateTime(made.expiresAt))}</p>
        </div>
      )}
      <Button
        look={made ? 'plain' : undefined}
        icon="link"
        busy={invites.busy.value}
        data-testid="invite"
        onClick={invites.invite}
      >
        {t.invite}
      </Button>
      {invites.error.value !== null && (
        <p class="people__error" role="alert">
          {errorText(invites.error.value)}
        </p>
      )}
      <ul class="people__list">
        {invites.items.value.map(({ id, expiresAt, coHost }) => (
          <li key={id} class="people__invite">
            <span>{coHost ? t.accepted(coHost.name) : t.open(dateTime(expiresAt))}</span>
            <Button size="small" look="plain" onClick={() => invites.withdraw(id)}>
              {t.withdraw}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
