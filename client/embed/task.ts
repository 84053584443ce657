import { GIFTS, type GiftId } from '@shelfcast/shared/money.ts'

/** What the popup was opened for. */
export type Task =
  | { is: 'sign-in'; showId: string; origin: string; challenge: string }
  | { is: 'wallet'; showId: string; giftId: GiftId; count: number }
  | { is: 'nothing' }

const COUNT_MAX = 99

/** The task of an address such as `/embed/wallet?show=shw_1&gift=heart&count=2`; an incomplete one has none. */
export function taskOf({ pathname, search }: { pathname: string; search: string }): Task {
  const query = new URLSearchParams(search)
  const text = (name: string) => query.get(name) ?? ''
  const showId = text('show')
  if (!showId) return { is: 'nothing' }
  if (pathname === '/embed/sign-in') {
    const [origin, challenge] = [text('origin'), text('challenge')]
    return URL.canParse(origin) && challenge
      ? { is: 'sign-in', showId, origin, challenge }
      : { is: 'nothing' }
  }
  const gift = GIFTS.find((one) => one.id === text('gift'))
  const count = Number(text('count'))
  return gift && Number.isInteger(count) && count >= 1 && count <= COUNT_MAX
    ? { is: 'wallet', showId, giftId: gift.id, count }
    : { is: 'nothing' }
}
