import { createHmac, timingSafeEqual } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'
import { z } from 'zod'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'

const claims = z.object({ showId: z.string(), personId: z.string() })
export type PassClaims = z.output<typeof claims>

const MAC_CHARS = 22

/**
 * What stands in the addresses of a stream. A pass is one viewer's and opens the playlist; it is sealed, since addresses
 * are logged. A key is a channel's and opens its files, the same for all viewers, so that a cache may hold them.
 */
export function createPasses({ key, lifeMs, clock }: { key: Uint8Array; lifeMs: number; clock: Clock }) {
  const macOf = (showId: string, firstMsn: number): string =>
    createHmac('sha256', key).update(`${showId} ${firstMsn}`).digest('base64url').slice(0, MAC_CHARS)

  return {
    async issue(pass: PassClaims): Promise<string> {
      const nowS = Math.floor(clock.now() / 1000)
      return new EncryptJWT(pass)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(nowS + Math.ceil(lifeMs / 1000))
        .encrypt(key)
    },

    /** @throws Fault `ticket_invalid` */
    async open(showId: string, pass: string): Promise<PassClaims> {
      try {
        const { payload } = await jwtDecrypt(pass, key, {
          contentEncryptionAlgorithms: ['A256GCM'],
          currentDate: new Date(clock.now()),
        })
        const opened = claims.parse(payload)
        if (opened.showId === showId) return opened
      } catch (cause) {
        throw new Fault('ticket_invalid', { cause })
      }
      throw new Fault('ticket_invalid')
    },

    keyOf: (showId: string, firstMsn: number): string => `${firstMsn}-${macOf(showId, firstMsn)}`,

    /** Whether some node gave this key to a channel of the show. */
    isKeyOf(showId: string, key: string): boolean {
      const [, firstMsn, mac = ''] = /^(\d{1,15})-([\w-]{22})$/.exec(key) ?? []
      if (firstMsn === undefined) return false
      return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(showId, Number(firstMsn))))
    },
  }
}
