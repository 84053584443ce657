import { setTimeout as sleep } from 'node:timers/promises'
import { S3mini } from 's3mini'
import { assertType, checkedFolder, checkedKey, contentTypeOf, type ObjectStorage } from './storage.ts'

export interface S3Settings {
  /** With the bucket: `https://s3.eu-central-1.amazonaws.com/my-bucket`. */
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Of one answer: S3 gives no more at once. */
const LISTED_MAX = 1000
const TRIES = 3
const AGAIN_MS = 200

/**
 * Objects of a bucket, under their keys. What the network or the service lost for a moment is asked for again; every
 * request may be sent twice.
 */
export function createS3Storage(
  settings: S3Settings,
  { requestMsMax }: { readonly requestMsMax: number },
): ObjectStorage {
  const s3 = new S3mini({ ...settings, requestAbortTimeout: requestMsMax })

  async function* listed(prefix: string, delimiter: string | null): AsyncIterable<string> {
    let token: string | undefined
    do {
      const from = token
      const page = await kept(() =>
        s3.listObjectsPaged('/', prefix, LISTED_MAX, from, delimiter === null ? {} : { delimiter }),
      )
      if (!page) throw new Error('the bucket of S3_ENDPOINT is not there')
      for (const { Key } of page.objects ?? []) yield Key
      token = page.nextContinuationToken
    } while (token)
  }

  return {
    async put(key, object) {
      assertType(key, object)
      await kept(() => s3.putObject(checkedKey(key), object.bytes, object.contentType))
    },

    async get(key) {
      const contentType = contentTypeOf(checkedKey(key))
      return orNull(async () => {
        const response = await s3.getObjectRaw(key)
        return { bytes: Buffer.from(await response.arrayBuffer()), contentType }
      })
    },

    async read(key, from, length) {
      const contentType = contentTypeOf(checkedKey(key))
      const none = async () => ({ bytes: Buffer.alloc(0), size: await s3.getContentLength(key), contentType })
      return orNull(async () => {
        if (length <= 0) return none()
        const response = await s3.getObjectRaw(key, false, from, from + length).catch((error: unknown) => {
          if (statusOf(error) === 416) return null // it begins behind the end
          throw error
        })
        if (response === null) return none()
        const bytes = Buffer.from(await response.arrayBuffer())
        const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? bytes.length)
        return { bytes, size, contentType }
      })
    },

    async delete(key) {
      await orNull(() => s3.deleteObject(checkedKey(key)))
    },

    async *list(folder) {
      const prefix = `${checkedFolder(folder)}/`
      for await (const found of listed(prefix, '/')) yield found.slice(prefix.length).replace(/\/$/, '')
    },

    async deleteFolder(folder) {
      let keys: string[] = []
      const deleteKeys = async (): Promise<void> => {
        const of = keys
        keys = []
        if (of.length > 0 && (await kept(() => s3.deleteObjects(of))).includes(false)) {
          throw new Error(`not all of ${folder} could be deleted`)
        }
      }
      for await (const key of listed(`${checkedFolder(folder)}/`, null)) {
        keys.push(key)
        if (keys.length === LISTED_MAX) await deleteKeys()
      }
      await deleteKeys()
    },

    /** A bucket has no bound that it tells. */
    freeBytes: async () => Number.POSITIVE_INFINITY,
  }
}

/** Null for what is not there. */
async function orNull<T>(send: () => Promise<T>): Promise<T | null> {
  try {
    return await kept(send)
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

/** Sends again what was not refused. */
async function kept<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send()
    } catch (error) {
      const status = statusOf(error)
      const refused = status !== null && status < 500 && status !== 429
      if (refused || tries === TRIES) throw error
      await sleep(AGAIN_MS * 2 ** tries * Math.random())
    }
  }
}

/** The service's status, which some errors carry inside; null where there was no answer. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null
  if ('status' in error && typeof error.status === 'number') return error.status
  return statusOf(error.cause)
}
