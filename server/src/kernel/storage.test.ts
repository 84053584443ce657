import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createDiskStorage } from './storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'shelfcast-storage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const storage = createDiskStorage(join(folder, 'objects'))
const webp = (text: string) => ({ bytes: Buffer.from(text), contentType: 'image/webp' })

test('what was put is there until it is deleted, and nothing else lies beside it', async () => {
  await storage.put('ab/cd/640.webp', webp('one'))
  await storage.put('ab/cd/640.webp', webp('two'))
  expect(await storage.get('ab/cd/640.webp')).toEqual(webp('two'))
  expect(readdirSync(join(folder, 'objects/ab/cd'))).toEqual(['640.webp'])
  await storage.delete('ab/cd/640.webp')
  await storage.delete('ab/cd/640.webp')
  expect(await storage.get('ab/cd/640.webp')).toBeNull()
})

test.each([
  '../secret.webp',
  'ab/../../secret.webp',
  '/etc/passwd.webp',
  'a//b.webp',
  '.hidden.webp',
  'a\\b.webp',
  'a\0.webp',
  'A.webp',
  'a/b/c/d.webp',
  'plain',
  '',
])('no key leads out of the folder: %j', async (key) => {
  await expect(storage.get(key)).rejects.toThrow('key')
  await expect(storage.put(key, webp('x'))).rejects.toThrow('key')
  await expect(storage.delete(key)).rejects.toThrow('key')
  expect(readdirSync(folder)).toEqual(['objects'])
})

test('a key that says another type than the content is refused', async () => {
  await expect(
    storage.put('a.webp', { bytes: Buffer.from('<svg/>'), contentType: 'image/svg+xml' }),
  ).rejects.toThrow('cannot hold')
  await expect(storage.put('a.svg', webp('x'))).rejects.toThrow('type')
})
