import type { Contract } from '@shelfcast/shared/api/contract.ts'
import type { Limits } from '../../config.ts'
import { Fault } from '../../kernel/errors.ts'
import type { IncomingBody } from './body.ts'
import type { Incoming } from './exchange.ts'

export type Uploads = ReturnType<typeof createUploads>

const BUSY_MS = 2000

/** Files on their way in: so many at a time, because each is held in memory. */
export function createUploads(limits: Pick<Limits['http'], 'uploadsAtOnceMax'>) {
  let underWay = 0

  return {
    /** @throws Fault `unsupported_media_type`, `unavailable` when too many come at once, `payload_too_large` */
    async read(
      { types }: NonNullable<Contract['upload']>,
      { headers }: Incoming,
      body: IncomingBody,
    ): Promise<Buffer> {
      const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
      if (!types.includes(type)) throw new Fault('unsupported_media_type', { extra: { types } })
      if (underWay >= limits.uploadsAtOnceMax) throw new Fault('unavailable', { retryAfterMs: BUSY_MS })
      underWay++
      try {
        return await body.read()
      } finally {
        underWay--
      }
    },
  }
}
