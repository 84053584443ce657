import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { accountWords } from '../words.ts'
import { Door } from './door.tsx'
import { takeToken } from './token.ts'

/** `/verify#…`: confirms the address that the link was mailed to. */
export function VerifyPage() {
  const t = accountWords.value
  const token = useMemo(takeToken, [])
  const state = useSignal<'asking' | 'done' | { error: unknown }>('asking')
  useEffect(() => {
    call('POST /verifications/use', { body: { token: token ?? 'no token in this address' } }).then(
      () => (state.value = 'done'),
      (error: unknown) => (state.value = { error }),
    )
  }, [])
  return (
    <Door title={t.verify.title}>
      <p role="status">
        {state.value === 'asking' && <Spinner label={t.loading} />}
        {state.value === 'done' && t.verify.done}
        {typeof state.value === 'object' && errorText(state.value.error)}
      </p>
      <p>
        <a href="/me/profile">{t.verify.back}</a>
      </p>
    </Door>
  )
}
