import type { ChatLine, TipView } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { FEED_MAX, feedId, lineItem, tipItem, withItems, withoutLines } from './feed.ts'

const line = (id: string, at: number): ChatLine => ({
  id,
  at,
  personId: 'p',
  name: 'P',
  role: 'viewer',
  text: id,
})
const tip = (id: string, at: number): TipView => ({
  id,
  at,
  personId: 'p',
  name: 'P',
  giftId: 'heart',
  count: 1,
  coins: 1,
})

test('lines and gifts stand in order of time, each once', () => {
  const first = withItems([], [lineItem(line('c', 3)), lineItem(line('a', 1))])
  const both = withItems(first, [tipItem(tip('b', 2)), lineItem(line('a', 1))])
  expect(both.map(feedId)).toEqual(['a', 'b', 'c'])
})

test('what brings nothing new is the same feed, so that nothing is drawn', () => {
  const feed = withItems([], [lineItem(line('a', 1))])
  expect(withItems(feed, [lineItem(line('a', 1))])).toBe(feed)
})

test('the oldest go first when there are too many', () => {
  const many = Array.from({ length: FEED_MAX + 5 }, (_, i) => lineItem(line(`l${i}`, i)))
  const feed = withItems([], many)
  expect(feed).toHaveLength(FEED_MAX)
  expect(feedId(feed[0]!)).toBe('l5')
})

test('a deleted line goes; a gift stays, whatever its id', () => {
  const feed = withItems([], [lineItem(line('a', 1)), tipItem(tip('b', 2))])
  expect(withoutLines(feed, ['a', 'b']).map(feedId)).toEqual(['b'])
})
