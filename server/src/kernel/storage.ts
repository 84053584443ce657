import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Where bytes live that are too large for Postgres. A key is a path of lower-case names, at most two folders deep; an
 * object is written whole or not at all, and a second `put` of a key replaces the first.
 */
export interface ObjectStorage {
  /** Resolves when the object would survive a power cut. */
  put(key: string, object: StoredObject): Promise<void>
  /** Null where there is none. */
  get(key: string): Promise<StoredObject | null>
  /** A part of one: `length` bytes from `from` on, or what there is of them; null where there is none. */
  read(key: string, from: number, length: number): Promise<StoredPart | null>
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>
  /** Deletes all objects of a folder. */
  deleteFolder(folder: string): Promise<void>
  /** Bytes that may still be written, where that is known. */
  freeBytes(): Promise<number>
}

export interface StoredObject {
  readonly bytes: Buffer
  readonly contentType: string
}

export interface StoredPart extends StoredObject {
  /** Bytes of the whole object. */
  readonly size: number
}

const FOLDER = /^[a-z0-9][a-z0-9_-]{0,79}(?:\/[a-z0-9][a-z0-9_-]{0,79})?$/
const KEY = /^(?:[a-z0-9][a-z0-9_-]{0,79}\/){0,2}[a-z0-9][a-z0-9_-]{0,79}\.([a-z0-9]{1,8})$/

/** What a file's name says of its content: a disk keeps no content types. */
const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['webp', 'image/webp'],
  ['mp4', 'video/mp4'],
  ['m4s', 'video/iso.segment'],
])

/** Objects as files of a folder. @throws an Error for a key of another form, and for a type its name does not say */
export function createDiskStorage(folder: string): ObjectStorage {
  const pathOf = (key: string): string => join(folder, checked(key))

  return {
    async put(key, { bytes, contentType }) {
      if (contentTypeOf(key) !== contentType) throw new Error(`${key} cannot hold ${contentType}`)
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true })
      const temporary = `${path}.${randomUUID()}`
      try {
        await writeThrough(temporary, bytes)
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

    async deleteFolder(name) {
      if (!FOLDER.test(name)) throw new Error('a storage folder has a form of its own')
      await rm(join(folder, name), { recursive: true, force: true })
    },

    async freeBytes() {
      await mkdir(folder, { recursive: true })
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}

function checked(key: string): string {
  if (!KEY.test(key)) throw new Error('a storage key has a form of its own')
  return key
}

function contentTypeOf(key: string): string {
  const type = CONTENT_TYPES.get(KEY.exec(key)?.[1] ?? '')
  if (!type) throw new Error('a storage key ends as its content type wants')
  return type
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
