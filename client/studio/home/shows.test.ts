import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { expect, test } from 'vitest'
import { hostedBy } from './shows.ts'

const show = (id: string, more: Partial<ShowView>): ShowView => ({
  id,
  tenantId: 'ten',
  title: id,
  description: '',
  coverId: null,
  coverUrl: null,
  status: 'scheduled',
  hostAway: false,
  scheduledAt: null,
  startedAt: null,
  endedAt: null,
  pinnedItemId: null,
  chatLinesPerS: null,
  hosts: [{ personId: 'me', name: 'Me' }],
  ...more,
})

test('what is on air comes first, then what begins soonest, without a time last', () => {
  const shows = [
    show('someday', {}),
    show('late', { scheduledAt: 900 }),
    show('soon', { scheduledAt: 100 }),
    show('away', { status: 'paused' }),
    show('live', { status: 'live' }),
    show('someday too', {}),
  ]
  expect(hostedBy('me', shows).open.map(({ id }) => id)).toEqual([
    'live',
    'away',
    'soon',
    'late',
    'someday',
    'someday too',
  ])
})

test('of those that ended, the latest five', () => {
  const shows = Array.from({ length: 7 }, (_, i) => show(`e${i}`, { status: 'ended', endedAt: i }))
  const { open, ended } = hostedBy('me', shows)
  expect(open).toEqual([])
  expect(ended.map(({ id }) => id)).toEqual(['e6', 'e5', 'e4', 'e3', 'e2'])
})

test('shows of other hosts are not listed', () => {
  expect(hostedBy('me', [show('theirs', { hosts: [{ personId: 'you', name: 'You' }] })]).open).toEqual([])
})
