import { type ReadonlySignal, signal } from '@preact/signals'
import { type Answer, call, codeOf } from './api.ts'

export type Me = Answer<'GET /me'>
export type Membership = Me['memberships'][number]

/** Who is signed in. A guest counts as signed out: hosting and selling need an account. */
export type Session =
  | { is: 'loading' }
  | { is: 'out'; guest: boolean }
  | { is: 'in'; me: Me }
  | { is: 'failed'; error: unknown }

const current = signal<Session>({ is: 'loading' })
export const session: ReadonlySignal<Session> = current

/** Asks again who is signed in; a page that is on the screen stays there until the answer comes. */
export async function loadSession(): Promise<void> {
  if (current.peek().is !== 'in') current.value = { is: 'loading' }
  try {
    const me = await call('GET /me')
    current.value = me.person.guest ? { is: 'out', guest: true } : { is: 'in', me }
  } catch (error) {
    current.value = codeOf(error) === 'not_signed_in' ? { is: 'out', guest: false } : { is: 'failed', error }
  }
}

/** Signs out; when the server cannot be reached the person stays signed in, and the error is thrown. */
export async function signOut(): Promise<void> {
  await call('DELETE /sessions/current')
  current.value = { is: 'out', guest: false }
}
