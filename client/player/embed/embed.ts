import type { ReadonlySignal } from '@preact/signals'
import type { GiftId } from '@shelfcast/shared/money.ts'
import { speakBy } from '../../kit/api.ts'
import { language } from '../../kit/i18n.ts'
import { createParent } from './parent.ts'
import { createPkce } from './pkce.ts'
import { openPopup } from './popup.ts'
import { createSession } from './session.ts'

/** What came of a popup. */
export type PopupOutcome = 'done' | 'closed' | 'blocked'

/** The player in a frame on another origin: who the viewer is there, and what is done on pages of our own. */
export interface Embed {
  /** The merchant's site says who this is: signing in and out is its business. */
  readonly asserted: ReadonlySignal<boolean>
  /** What a popup sign-in needs, ahead of the click: a popup must be opened within it. */
  prepareSignIn(): Promise<SignIn>
  /** Confirms a gift where the viewer's own session and coins are. To be called within a click. */
  tip(giftId: GiftId, count: number): Promise<PopupOutcome>
  /** The session is over. */
  forget(): void
}

/** To be called within a click, once. @throws what the server refuses */
export type SignIn = () => Promise<PopupOutcome>

/** From here on the whole player speaks by the embed's session. */
export function enterEmbed(showId: string): Embed {
  const parent = createParent()
  const byIdentity = new URLSearchParams(location.search).has('identity')
  const session = createSession(showId, parent, byIdentity)
  speakBy(session)

  return {
    asserted: session.asserted,
    forget: session.forget,

    async prepareSignIn() {
      const [origin, { verifier, challenge }] = await Promise.all([parent.origin(), createPkce()])
      return async () => {
        const end = await openPopup(pageOf('sign-in', { show: showId, origin, challenge }), 'code')
        if (end.is !== 'said') return end.is
        await session.redeem(String(end.message.code), verifier)
        return 'done'
      }
    },

    async tip(giftId, count) {
      const page = pageOf('wallet', { show: showId, gift: giftId, count: String(count) })
      const end = await openPopup(page, 'tipped')
      return end.is === 'said' ? 'done' : end.is
    },
  }
}

const pageOf = (page: 'sign-in' | 'wallet', query: Record<string, string>): string =>
  `/embed/${page}?${new URLSearchParams({ ...query, lang: language.peek() })}`
