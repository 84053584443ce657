import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inRoot } from '../lib/paths.mjs'
import { applyPatches, patches } from './patches.mjs'

const patch = [{ file: 'a.cpp', find: 'x == y', replace: 'x & y' }]
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shelfcast-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a patch replaces its text', () => {
  writeFileSync(join(folder, 'a.cpp'), 'if (x == y) {}')
  applyPatches(folder, patch)
  expect(readFileSync(join(folder, 'a.cpp'), 'utf8')).toBe('if (x & y) {}')
})

test.each(['if (x != y) {}', 'x == y; x == y'])(
  'a text that is not there once fails loudly: %s',
  (source) => {
    writeFileSync(join(folder, 'a.cpp'), source)
    expect(() => applyPatches(folder, patch)).toThrow(/instead of once/)
  },
)

test.each(patches)('the mediasoup in package-lock.json still needs: $file', ({ file, find }) => {
  const source = readFileSync(inRoot('node_modules/mediasoup/worker', file), 'utf8')
  expect(source.split(find)).toHaveLength(2)
})
