import { randomUUID } from 'node:crypto'
import { mkdir, open, opendir, readFile, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { assertType, checkedFolder, checkedKey, contentTypeOf, type ObjectStorage } from './storage.ts'

/** Objects as files of a folder. @throws an Error for a key of another form, and for a type its name does not say */
export function createDiskStorage(folder: string): ObjectStorage {
  const pathOf = (key: string): string => join(folder, checkedKey(key))

  return {
    async put(key, object) {
      assertType(key, object)
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true })
      const temporary = `${path}.${randomUUID()}`
      try {
        await writeThrough(temporary, object.bytes)
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      await syncFolder(dirname(path))
    },

    async get(key) {
      try {
        return { bytes: await readFile(pathOf(key)), contentType: contentTypeOf(key) }
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },

    async read(key, from, length) {
      const path = pathOf(key)
      try {
        const file = await open(path, 'r')
        try {
          const { size } = await file.stat()
          const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - from)))
          const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
          return { bytes: bytes.subarray(0, bytesRead), size, contentType: contentTypeOf(key) }
        } finally {
          await file.close()
        }
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },

    async delete(key) {
      await rm(pathOf(key), { force: true })
    },

    async *list(name) {
      try {
        for await (const { name: found } of await opendir(join(folder, checkedFolder(name)))) yield found
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    },

    async deleteFolder(name) {
      await rm(join(folder, checkedFolder(name)), { recursive: true, force: true })
    },

    async freeBytes() {
      await mkdir(folder, { recursive: true })
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}

async function writeThrough(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o640)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The new name is durable only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
