import type { PictureView } from '@shelfcast/shared/api/pictures.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { renditionKey, renditionKeys, storageKeyOf } from './keys.ts'
import { createRender } from './render.ts'

export interface PicturesDeps {
  db: Db
  redis: Redis
  storage: ObjectStorage
  clock: Clock
  log: Log
  limits: Limits['pictures']
}

export type Pictures = ReturnType<typeof createPictures>

const TEN_MIN_S = 600
const SWEEPING_MS = 5000

/** Pictures of merchants: checked, made small, kept in object storage, and swept when nothing shows them. */
export function createPictures({ db: { sql }, redis, storage, clock, log, limits }: PicturesDeps) {
  const render = createRender(limits)
  const rate = createRate(redis, 'upload', { times: limits.uploadsPerPersonPer10Min, inS: TEN_MIN_S })
  let ticker: Closable | null = null

  /**
   * Checks and keeps a picture; the same picture again is the same row. Nothing of what came is kept but its pixels.
   * @throws Fault `picture_refused` with `extra.why` · `unavailable` when too many wait
   */
  async function add(tenantId: string, bytes: Buffer): Promise<PictureView> {
    const { width, height, renditions } = await render(bytes)
    const key = storageKeyOf(tenantId, bytes)
    // The row before its files: a sweep that comes between spares what was used just now.
    const [row] = await sql<PictureView[]>`
      insert into media (tenant_id, id, storage_key, content_type, width, height, used_at)
      values (${tenantId}, ${newId('med')}, ${key}, 'image/webp', ${width}, ${height}, ${new Date(clock.now())})
      on conflict (storage_key) do update set used_at = excluded.used_at where not media.sweeping
      returning id, picture_url(storage_key) as url, width, height`
    // It is being deleted at this very moment: the next try finds it gone.
    if (!row) throw new Fault('unavailable', { retryAfterMs: SWEEPING_MS })
    for (const { sidePx, webp } of renditions) {
      await storage.put(renditionKey(key, sidePx), { bytes: webp, contentType: 'image/webp' })
    }
    return row
  }

  /**
   * Deletes what no product, show or order has shown for a day. A row is marked before its files go, so that nothing
   * begins to show it meanwhile; a sweep that was cut off is finished by the next. @returns how many
   */
  async function sweep(): Promise<number> {
    const before = new Date(clock.now() - limits.keptUnusedMs)
    const rows = await sql<{ tenantId: string; id: string; key: string }[]>`
      update media m set sweeping = true
      where (m.tenant_id, m.id) in (select tenant_id, id from unused_media(${before}, ${limits.sweptMax}))
        and (m.sweeping or m.used_at < ${before})
      returning m.tenant_id as "tenantId", m.id, m.storage_key as key`
    for (const { tenantId, id, key } of rows) {
      await Promise.all(renditionKeys(key).map((rendition) => storage.delete(rendition)))
      await sql`delete from media where tenant_id = ${tenantId} and id = ${id} and sweeping`
    }
    if (rows.length > 0) log.info({ pictures: rows.length }, 'unused pictures swept')
    return rows.length
  }

  return {
    add,
    sweep,

    /** What a member uploads. @throws Fault as `add` does, and `too_many_requests` */
    async upload(tenantId: string, personId: string, bytes: Buffer): Promise<PictureView> {
      await rate.spend(personId)
      return add(tenantId, bytes)
    },

    /** One rendition by its storage key; null for anything that is none. */
    read: (key: string) => storage.get(key),

    start(): void {
      ticker ??= startTicker('unused pictures', limits.sweepMs, log, sweep)
    },

    async close(): Promise<void> {
      await ticker?.close()
    },
  }
}
