import { type ReadonlySignal, signal } from '@preact/signals'
import { type Answer, call, codeOf } from '../kit/api.ts'

export type Me = Answer<'GET /me'>

/** Who is signed in. A guest counts as signed out: hosting needs an account. */
export type Session =
  | { is: 'loading' }
  | { is: 'out' }
  | { is: 'in'; me: Me }
  | { is: 'failed'; error: unknown }

const current = signal<Session>({ is: 'loading' })
export const session: ReadonlySignal<Session> = current

export async function loadSession(): Promise<void> {
  current.value = { is: 'loading' }
  try {
    const me = await call('GET /me')
    current.value = me.person.guest ? { is: 'out' } : { is: 'in', me }
  } catch (error) {
    current.value = codeOf(error) === 'not_signed_in' ? { is: 'out' } : { is: 'failed', error }
  }
}

export async function signOut(): Promise<void> {
  await call('DELETE /sessions/current').catch(() => undefined)
  await loadSession()
}
