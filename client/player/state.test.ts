import type { ChatLine, SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { describe, expect, test } from 'vitest'
import { LINES_MAX, withLines, withSaleEnd } from './state.ts'

const line = (id: string, at: number): ChatLine => ({
  id,
  personId: 'per_1',
  name: 'Ann',
  role: 'viewer',
  text: id,
  at,
})
const ids = (lines: ChatLine[]) => lines.map(({ id }) => id)

describe('chat lines', () => {
  test('are kept once and in order, also when some were missed and come later', () => {
    const known = [line('a', 1), line('d', 4)]
    expect(ids(withLines(known, [line('b', 2), line('d', 4), line('c', 3)]))).toEqual(['a', 'b', 'c', 'd'])
  })

  test('are bounded, the oldest going first', () => {
    const many = Array.from({ length: LINES_MAX + 10 }, (_, at) => line(String(at), at))
    const kept = withLines([], many)
    expect(kept).toHaveLength(LINES_MAX)
    expect(kept[0]?.id).toBe('10')
  })
})

describe("a sale's end", () => {
  const sale = (status: SaleView['status']) => ({ id: 'sale_1', status }) as SaleView

  test('is noted the first time it is told', () => {
    const once = withSaleEnd(new Map(), sale('stopped'), 100)
    expect(withSaleEnd(once, sale('stopped'), 200).get('sale_1')).toBe(100)
  })

  test('is forgotten when the sale runs again', () => {
    const once = withSaleEnd(new Map(), sale('ended'), 100)
    expect(withSaleEnd(once, sale('running'), 200).size).toBe(0)
  })
})
