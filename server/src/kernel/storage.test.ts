import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../test/ports.ts'
import type { ObjectStorage } from './storage.ts'
import { createDiskStorage } from './storage-disk.ts'
import { createS3Storage } from './storage-s3.ts'

const folder = mkdtempSync(join(tmpdir(), 'shelfcast-storage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const webp = (text: string) => ({ bytes: Buffer.from(text), contentType: 'image/webp' })
async function names(storage: ObjectStorage, of: string): Promise<string[]> {
  const found: string[] = []
  for await (const name of storage.list(of)) found.push(name)
  return found.sort()
}

const S3 = { region: 'auto', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
let endpoint = ''
beforeAll(async () => {
  const port = await freePort()
  const configureBuckets = [{ name: 'shelf', configs: [] }]
  const server = new S3rver({
    ...{ port, address: '127.0.0.1', silent: true, directory: join(folder, 's3'), configureBuckets },
  })
  await server.run()
  endpoint = `http://127.0.0.1:${port}/shelf`
  return () => server.close()
})

const KINDS: [string, () => ObjectStorage][] = [
  ['a disk', () => createDiskStorage(join(folder, 'objects'))],
  ['S3', () => createS3Storage({ ...S3, endpoint }, { requestMsMax: 10_000 })],
]

describe.each(KINDS)('objects on %s', (_kind, open) => {
  let storage: ObjectStorage
  beforeAll(() => {
    storage = open()
  })

  test('what was put is there until it is deleted', async () => {
    await storage.put('ab/cd/640.webp', webp('one'))
    await storage.put('ab/cd/640.webp', webp('two'))
    expect(await storage.get('ab/cd/640.webp')).toEqual(webp('two'))
    expect(await names(storage, 'ab/cd')).toEqual(['640.webp'])
    await storage.delete('ab/cd/640.webp')
    await storage.delete('ab/cd/640.webp')
    expect(await storage.get('ab/cd/640.webp')).toBeNull()
  })

  test('a part of it is read: from, length, and how large the whole is', async () => {
    await storage.put('part.webp', webp('0123456789'))
    const read = async (from: number, length: number) => {
      const part = await storage.read('part.webp', from, length)
      return part && [part.bytes.toString(), part.size, part.contentType]
    }
    expect(await read(2, 3)).toEqual(['234', 10, 'image/webp'])
    expect(await read(8, 100)).toEqual(['89', 10, 'image/webp'])
    expect(await read(0, 10)).toEqual(['0123456789', 10, 'image/webp'])
    expect(await read(3, 0)).toEqual(['', 10, 'image/webp'])
    expect(await read(10, 5)).toEqual(['', 10, 'image/webp'])
    expect(await read(99, 5)).toEqual(['', 10, 'image/webp'])
    expect(await storage.read('none.webp', 0, 5)).toBeNull()
    expect(await storage.read('none.webp', 0, 0)).toBeNull()
  })

  test('a folder tells what lies in it, and goes with all of it, and nothing that only begins like it', async () => {
    for (const key of ['t/a/1.webp', 't/a/2.webp', 't/ab/1.webp', 't/c.webp'])
      await storage.put(key, webp(key))
    expect(await names(storage, 't')).toEqual(['a', 'ab', 'c.webp'])
    expect(await names(storage, 't/a')).toEqual(['1.webp', '2.webp'])
    expect(await names(storage, 'nothing')).toEqual([])
    await storage.deleteFolder('t/a')
    await storage.deleteFolder('t/a')
    expect(await names(storage, 't')).toEqual(['ab', 'c.webp'])
    expect(await storage.get('t/a/1.webp')).toBeNull()
    expect(await storage.get('t/ab/1.webp')).toEqual(webp('t/ab/1.webp'))
  })

  test('bytes come back as they went, many of them too', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256))
    await storage.put('large.mp4', { bytes, contentType: 'video/mp4' })
    expect((await storage.get('large.mp4'))?.bytes.equals(bytes)).toBe(true)
    await storage.put('none.mp4', { bytes: Buffer.alloc(0), contentType: 'video/mp4' })
    expect((await storage.get('none.mp4'))?.bytes.length).toBe(0)
    expect(await storage.freeBytes()).toBeGreaterThan(0)
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
  ])('no key leads elsewhere: %j', async (key) => {
    await expect(storage.get(key)).rejects.toThrow('key')
    await expect(storage.read(key, 0, 1)).rejects.toThrow('key')
    await expect(storage.put(key, webp('x'))).rejects.toThrow('key')
    await expect(storage.delete(key)).rejects.toThrow('key')
  })

  test.each(['..', 'a/..', '', '/', 'a/b/c'])('no folder leads elsewhere: %j', async (name) => {
    await expect(storage.deleteFolder(name)).rejects.toThrow('folder')
    await expect(names(storage, name)).rejects.toThrow('folder')
  })

  test('a key that says another type than the content is refused', async () => {
    await expect(
      storage.put('a.webp', { bytes: Buffer.from('<svg/>'), contentType: 'image/svg+xml' }),
    ).rejects.toThrow('cannot hold')
    await expect(storage.put('a.svg', webp('x'))).rejects.toThrow('type')
  })
})

test('a disk keeps nothing beside what was put', () => {
  expect(readdirSync(join(folder, 'objects/t/ab'))).toEqual(['1.webp'])
  expect(existsSync(join(folder, 'secret.webp'))).toBe(false)
})

test('S3: wrong keys and a bucket that is not there are errors, not missing objects', async () => {
  const limits = { requestMsMax: 10_000 }
  const stranger = createS3Storage({ ...S3, accessKeyId: 'nobody', endpoint }, limits)
  await expect(stranger.get('part.webp')).rejects.toThrow('403')
  const elsewhere = createS3Storage({ ...S3, endpoint: endpoint.replace('shelf', 'none') }, limits)
  await expect(names(elsewhere, 't')).rejects.toThrow('bucket')
  await expect(elsewhere.put('a.webp', webp('x'))).rejects.toThrow('404')
})

test('S3, requestMsMax: a service that says nothing is given up, after it was asked three times', async () => {
  let asked = 0
  const silent = createServer((socket) => {
    asked++
    socket.on('error', () => {})
  })
  const port = await freePort()
  await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve))
  const storage = createS3Storage(
    { ...S3, endpoint: `http://127.0.0.1:${port}/shelf` },
    { requestMsMax: 100 },
  )
  await expect(storage.put('a.webp', webp('x'))).rejects.toThrow()
  expect(asked).toBe(3)
  silent.close()
})
