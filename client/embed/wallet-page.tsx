import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { type Answer, call } from '../kit/api.ts'
import { errorText } from '../kit/errors.ts'
import { type Session, signOut } from '../kit/session.ts'
import { Button } from '../kit/ui/button.tsx'
import { Empty } from '../kit/ui/empty.tsx'
import { Spinner } from '../kit/ui/spinner.tsx'
import { createWallet } from '../kit/wallet.ts'
import { Account } from './account.tsx'
import { GiftConfirm } from './gift-confirm.tsx'
import type { Task } from './task.ts'
import { embedWords } from './words.ts'

export type WalletTask = Extract<Task, { is: 'wallet' }>
type Visit = Answer<'POST /shows/:showId/visits'>

/** Confirms a gift that was chosen in an embedded player, with the coins of one's own account. */
export function WalletPage({ task, now }: { task: WalletTask; now: Session }) {
  const t = embedWords.value
  return (
    <section class="popup__card">
      <h1 class="popup__title">{t.walletTitle}</h1>
      {now.is !== 'in' ? (
        <Account now={now} text={t.walletSignIn} />
      ) : (
        <>
          <Confirm key={now.me.person.id} task={task} />
          <p class="popup__who">
            {t.signedInAs(now.me.person.name)}
            <Button look="quiet" size="small" onClick={() => void signOut()}>
              {t.otherAccount}
            </Button>
          </p>
        </>
      )}
    </section>
  )
}

/** Fetches what the confirmation shows: the show and the coins. */
function Confirm({ task }: { task: WalletTask }) {
  const t = embedWords.value
  const wallet = useMemo(createWallet, [])
  const visit = useSignal<Visit | null>(null)
  const failure = useSignal<unknown>(null)
  const load = async () => {
    failure.value = null
    try {
      const params = { showId: task.showId }
      const [entered] = await Promise.all([call('POST /shows/:showId/visits', { params }), wallet.refresh()])
      visit.value = entered
    } catch (error) {
      failure.value = error
    }
  }
  useEffect(() => void load(), [wallet])
  if (failure.value !== null) {
    return (
      <Empty icon="alert" title={errorText(failure.value)}>
        <Button onClick={() => void load()}>{t.tryAgain}</Button>
      </Empty>
    )
  }
  return visit.value ? (
    <GiftConfirm task={task} visit={visit.value} wallet={wallet} />
  ) : (
    <p class="popup__wait">
      <Spinner size={28} label={t.loading} />
    </p>
  )
}
