import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { describe, expect, test } from 'vitest'
import { FAREWELL_MS, featuredSale, runningSales, salePhase } from './sale-phase.ts'

const START = 1_800_000_000_000
const END = START + 60_000

const sale = (over: Partial<SaleView> = {}): SaleView => ({
  id: 'sale_1',
  skuId: 'sku_1',
  productId: 'pro_1',
  title: 'Cloud mug',
  status: 'countdown',
  priceMinor: 3900,
  listPriceMinor: 7900,
  quantity: 10,
  left: 10,
  perBuyerLimit: 1,
  allocation: 'hold',
  countdownS: 10,
  durationS: 60,
  startsAt: START,
  endsAt: END,
  ...over,
})
const none = new Map<string, number>()

describe('the phase of a sale', () => {
  test('counts down to its start', () => {
    expect(salePhase(sale(), START - 4200)).toEqual({ kind: 'countdown', remainingMs: 4200 })
  })

  test('runs from its start on, before the event that says so', () => {
    expect(salePhase(sale(), START)).toEqual({ kind: 'running', remainingMs: 60_000, leftShare: 1 })
  })

  test('runs once it is told to, even on a clock that is behind', () => {
    expect(salePhase(sale({ status: 'running' }), START - 50).kind).toBe('running')
  })

  test('tells what is left as a share', () => {
    expect(salePhase(sale({ status: 'running', left: 3 }), START)).toMatchObject({ leftShare: 0.3 })
  })

  test('is sold out while it runs with nothing left', () => {
    expect(salePhase(sale({ status: 'running', left: 0 }), START)).toMatchObject({ kind: 'sold_out' })
  })

  test('ends by the clock, before the event that says so', () => {
    expect(salePhase(sale({ status: 'running' }), END).kind).toBe('ended')
  })

  test.each(['ended', 'stopped'] as const)('is over when it is %s, whatever the clock says', (status) => {
    expect(salePhase(sale({ status }), START).kind).toBe('ended')
  })

  test('waits when it is only scheduled', () => {
    expect(salePhase(sale({ status: 'scheduled', startsAt: null, endsAt: null }), START).kind).toBe(
      'scheduled',
    )
  })
})

describe('the sale on the screen', () => {
  test('is none when none is open', () => {
    expect(featuredSale([], START, none)).toBeNull()
    expect(
      featuredSale([sale({ status: 'scheduled', startsAt: null, endsAt: null })], START, none),
    ).toBeNull()
  })

  test('is one that runs before one that counts down before one that sold out', () => {
    const running = sale({ id: 'running', status: 'running' })
    const counting = sale({ id: 'counting', startsAt: START + 5000, endsAt: END + 5000 })
    const gone = sale({ id: 'gone', status: 'running', left: 0 })
    expect(featuredSale([gone, counting, running], START, none)?.id).toBe('running')
    expect(featuredSale([gone, counting], START, none)?.id).toBe('counting')
    expect(featuredSale([gone], START, none)?.id).toBe('gone')
  })

  test('is the later one of two that run', () => {
    const early = sale({ id: 'early', status: 'running', startsAt: START - 9000 })
    const late = sale({ id: 'late', status: 'running' })
    expect(featuredSale([early, late], START, none)?.id).toBe('late')
  })

  test('says goodbye for a while after a stop that this viewer saw', () => {
    const stopped = [sale({ status: 'stopped' })]
    const seen = new Map([['sale_1', START + 5000]])
    expect(featuredSale(stopped, START + 5000 + FAREWELL_MS - 1, seen)?.id).toBe('sale_1')
    expect(featuredSale(stopped, START + 5000 + FAREWELL_MS, seen)).toBeNull()
  })

  test('says goodbye after the clock ended it', () => {
    const running = [sale({ status: 'running' })]
    expect(featuredSale(running, END + FAREWELL_MS - 1, none)?.id).toBe('sale_1')
    expect(featuredSale(running, END + FAREWELL_MS, none)).toBeNull()
  })

  test('does not bring up a sale that was over before this viewer came', () => {
    expect(featuredSale([sale({ status: 'ended' })], END + 1, none)).toBeNull()
  })
})

test('only a running sale with units left has its price', () => {
  const sales = [
    sale({ id: 'a', status: 'running' }),
    sale({ id: 'b', status: 'running', left: 0 }),
    sale({ id: 'c' }),
  ]
  expect(runningSales(sales, START - 1).map(({ id }) => id)).toEqual(['a'])
  expect(runningSales(sales, START).map(({ id }) => id)).toEqual(['a', 'c'])
  expect(runningSales(sales, END)).toEqual([])
})
