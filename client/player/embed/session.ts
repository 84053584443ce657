import { type Signal, signal } from '@preact/signals'
import { type Answer, callAs, codeOf, type Speaker } from '../../kit/api.ts'
import { createKeeper } from '../../kit/keep.ts'
import type { Parent } from './parent.ts'

/** By what an embed comes: as nobody, by a popup's sign-in, or by what the merchant's site says. */
type Grant =
  | { grant: 'guest' }
  | { grant: 'code'; code: string; verifier: string }
  | { grant: 'identity'; token: string }

export interface EmbedSession extends Speaker {
  /** The merchant's site says who this is. */
  readonly asserted: Signal<boolean>
  /** Goes on as the person whom the code is of. @throws what the server refuses; the present session stays then */
  redeem(code: string, verifier: string): Promise<void>
  forget(): void
}

/**
 * A bearer session, since browsers keep our cookie from frames on other people's pages. It lives in memory, and in the
 * tab's storage where the browser lends it; one by the merchant's word is asked for anew with each page.
 */
export function createSession(showId: string, parent: Parent, byIdentity: boolean): EmbedSession {
  const asserted = signal(false)
  const kept = createKeeper(`shelfcast.embed.${showId}`)
  const before = byIdentity ? null : kept.read()
  let current: Promise<string> | null = before === null ? null : Promise.resolve(before)

  async function open(grant: Grant, present: string | null = null): Promise<string> {
    const body = { showId, origin: await parent.origin(), ...grant }
    const { token }: Answer<'POST /embed/sessions'> = await callAs(present, 'POST /embed/sessions', { body })
    if (grant.grant !== 'identity') kept.write(token)
    return token
  }

  async function enter(): Promise<string> {
    const token = byIdentity ? await parent.identity() : null
    asserted.value = false
    if (token !== null) {
      try {
        const opened = await open({ grant: 'identity', token })
        asserted.value = true
        return opened
      } catch (error) {
        if (codeOf(error) !== 'identity_invalid') throw error
        // Watches as a guest; why, the page's developers read in its console.
        parent.refuse('identity_invalid', error instanceof Error ? error.message : '')
      }
    }
    return open({ grant: 'guest' })
  }

  /** One entrance at a time; one that failed is tried again by whoever asks next. */
  function token(): Promise<string> {
    current ??= enter().catch((error: unknown) => {
      current = null
      throw error
    })
    return current
  }

  return {
    asserted,
    token,
    async renew(refused) {
      if (current && (await current) === refused) current = null
      return token()
    },
    async redeem(code, verifier) {
      const next = await open({ grant: 'code', code, verifier }, await token())
      current = Promise.resolve(next)
    },
    forget: kept.forget,
  }
}
