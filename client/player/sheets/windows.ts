import type { GiftId } from '@shelfcast/shared/money.ts'
import { language } from '../../kit/i18n.ts'
import type { Embed } from '../embed/embed.ts'
import { createPkce } from './pkce.ts'
import { openPopup } from './popup.ts'

/** What an embed does in windows of our own, where the viewer's account is. Each opens within a click. */

/** What came of a window. */
export type WindowOutcome = 'done' | 'closed' | 'blocked'

/** To be called within a click, once. @throws what the server refuses */
export type SignIn = () => Promise<WindowOutcome>

/** What a sign-in needs, ahead of the click. */
export async function prepareSignIn({ showId, origin, redeem }: Embed): Promise<SignIn> {
  const [around, { verifier, challenge }] = await Promise.all([origin(), createPkce()])
  return async () => {
    const end = await openPopup(pageOf('sign-in', { show: showId, origin: around, challenge }), 'code')
    if (end.is !== 'said') return end.is
    await redeem(String(end.message.code), verifier)
    return 'done'
  }
}

/** Asks to confirm a gift where the viewer's coins are. */
export async function confirmGift({ showId }: Embed, giftId: GiftId, count: number): Promise<WindowOutcome> {
  const page = pageOf('wallet', { show: showId, gift: giftId, count: String(count) })
  const end = await openPopup(page, 'tipped')
  return end.is === 'said' ? 'done' : end.is
}

const pageOf = (page: 'sign-in' | 'wallet', query: Record<string, string>): string =>
  `/embed/${page}?${new URLSearchParams({ ...query, lang: language.peek() })}`
