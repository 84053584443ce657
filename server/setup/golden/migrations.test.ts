import { describe, expect, test } from 'vitest'
import { orderProblems } from './migrations.mjs'

const entry = (idx: number, when: number) => ({ idx, when, tag: `000${idx}_m` })
const files = ['0000_m.sql', '0001_m.sql']

describe('the order of migrations', () => {
  test('is right when numbers and times ascend', () => {
    expect(orderProblems({ entries: [entry(0, 10), entry(1, 20)] }, files)).toEqual([])
  })

  test('is wrong when a later one has an earlier time: it would be skipped', () => {
    expect(orderProblems({ entries: [entry(0, 20), entry(1, 10)] }, files)[0]).toContain(
      '0001_m is out of order',
    )
  })

  test('is wrong when files and journal differ', () => {
    const problems = orderProblems({ entries: [entry(0, 10)] }, ['0001_m.sql'])
    expect(problems).toHaveLength(2)
  })
})
