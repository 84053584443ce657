import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withEnvFile } from './env.mjs'
import { hashOf } from './hash.mjs'
import { keptSecret } from './keep.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shelfcast-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('.env', () => {
  test('adds to the environment, which wins', () => {
    const file = join(folder, '.env')
    writeFileSync(file, '# ports\nPORT=9000\nexport NAME="a b" # quoted\nEMPTY=\n')
    expect(withEnvFile(file, { PORT: '8080' })).toEqual({ PORT: '8080', NAME: 'a b', EMPTY: '' })
  })

  test('need not exist', () => {
    expect(withEnvFile(join(folder, 'none'), { PORT: '8080' })).toEqual({ PORT: '8080' })
  })
})

describe('the hash of sources', () => {
  const hash = () => hashOf(folder, ['src', 'lock'], (name) => name !== 'node_modules')

  beforeEach(() => {
    mkdirSync(join(folder, 'src', 'node_modules'), { recursive: true })
    writeFileSync(join(folder, 'src', 'a'), 'one')
  })

  test('changes with a content, a name and a new file', () => {
    const before = hash()
    writeFileSync(join(folder, 'src', 'a'), 'two')
    const changed = hash()
    writeFileSync(join(folder, 'lock'), '')
    expect(new Set([before, changed, hash()]).size).toBe(3)
  })

  test('does not change with what is left out', () => {
    const before = hash()
    writeFileSync(join(folder, 'src', 'node_modules', 'x'), 'noise')
    expect(hash()).toBe(before)
  })

  test('cannot be fooled by moving text from one file to the next', () => {
    writeFileSync(join(folder, 'src', 'a'), 'xy')
    writeFileSync(join(folder, 'src', 'b'), '')
    const before = hash()
    writeFileSync(join(folder, 'src', 'a'), 'x')
    writeFileSync(join(folder, 'src', 'b'), 'y')
    expect(hash()).not.toBe(before)
  })
})

test('a secret is made once', () => {
  const first = keptSecret(folder, 'postgres')
  expect(first.length).toBeGreaterThanOrEqual(32)
  expect(keptSecret(folder, 'postgres')).toBe(first)
})
