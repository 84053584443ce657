import { describe, expect, test } from 'vitest'
import { judgeNode } from './node.mjs'

const debian12 = { platform: 'linux', arch: 'x64', glibc: '2.36' } as const
const debian13 = { platform: 'linux', arch: 'x64', glibc: '2.41' } as const

describe('which Node can run here', () => {
  test.each([
    ['20.19.0', debian12, 'ready'],
    ['20.18.3', debian12, 'blocked'],
    ['22.4.0', debian12, 'blocked'],
    ['24.0.0', debian12, 'blocked'],
    ['22.4.0', debian13, 'ready'],
    ['24.0.0', { ...debian13, glibc: '2.38' }, 'ready'],
    ['21.7.0', debian13, 'blocked'],
    ['26.0.0', debian13, 'blocked'],
    ['24.0.0', { ...debian13, platform: 'darwin', glibc: undefined }, 'ready'],
    ['20.19.0', { ...debian12, glibc: undefined }, 'blocked'],
  ] as const)('Node %s on %o: %s', (node, machine, state) => {
    expect(judgeNode({ node, ...machine }).state).toBe(state)
  })

  test('an old glibc is named with the one that is needed', () => {
    const finding = judgeNode({ node: '24.1.0', ...debian12 })
    expect(finding.text).toContain('2.38')
    expect(finding.text).toContain('2.36')
  })
})
