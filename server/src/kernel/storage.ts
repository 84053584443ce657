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
  /** Names of what lies in a folder: objects, and folders in it. In no order; what is written meanwhile may be missing. */
  list(folder: string): AsyncIterable<string>
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

/** What an object's name says of its content: a disk keeps no content types. */
const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['webp', 'image/webp'],
  ['mp4', 'video/mp4'],
  ['m4s', 'video/iso.segment'],
])

/** @throws an Error for a key of another form */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new Error('a storage key has a form of its own')
  return key
}

/** @throws an Error for a folder of another form */
export function checkedFolder(name: string): string {
  if (!FOLDER.test(name)) throw new Error('a storage folder has a form of its own')
  return name
}

/** @throws an Error for a name that does not say it */
export function contentTypeOf(key: string): string {
  const type = CONTENT_TYPES.get(KEY.exec(key)?.[1] ?? '')
  if (!type) throw new Error('a storage key ends as its content type wants')
  return type
}

/** @throws an Error where a name would say another type than the object has */
export function assertType(key: string, { contentType }: StoredObject): void {
  if (contentTypeOf(key) !== contentType) throw new Error(`${key} cannot hold ${contentType}`)
}
