import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'

export type BattleCodes = ReturnType<typeof createCodes>

/** Codes by which a show may be challenged by other merchants: what they say is signed, and nothing is kept. */
export function createCodes({ key, clock, codeMs }: { key: Uint8Array; clock: Clock; codeMs: number }) {
  const signatureOf = (said: string): Buffer => createHmac('sha256', key).update(said).digest()

  return {
    make(showId: string): { code: string; expiresAt: number } {
      const expiresAt = clock.now() + codeMs
      const said = `${showId}.${expiresAt.toString(36)}`
      return { code: `${said}.${signatureOf(said).toString('base64url')}`, expiresAt }
    },

    /** The show that a code names. @throws Fault `battle_code_invalid` for one that is forged or too old */
    read(code: string): string {
      const [showId = '', until = '', signature = ''] = code.split('.')
      const given = Buffer.from(signature, 'base64url')
      const right = signatureOf(`${showId}.${until}`)
      const isOurs = given.length === right.length && timingSafeEqual(given, right)
      if (!isOurs || Number.parseInt(until, 36) <= clock.now()) throw new Fault('battle_code_invalid')
      return showId
    },
  }
}
