import { createHmac, timingSafeEqual } from 'node:crypto'
import { Fault } from '../../kernel/errors.ts'

/** Signed notifications as in the Standard Webhooks specification (standardwebhooks.com), symmetric form. */

const TOLERANCE_S = 5 * 60

const digest = (key: Uint8Array, id: string, timestamp: string, body: Buffer): Buffer =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()

export function signedHeaders(key: Uint8Array, id: string, nowMs: number, body: Buffer) {
  const timestamp = String(Math.floor(nowMs / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${digest(key, id, timestamp, body).toString('base64')}`,
  }
}

/** @throws Fault `webhook_signature` unless one of the signatures is right and the time is near */
export function assertSigned(
  key: Uint8Array,
  headers: ReadonlyMap<string, string>,
  nowMs: number,
  body: Buffer,
): void {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const near = /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs / 1000 - Number(timestamp)) <= TOLERANCE_S
  const expected = digest(key, id, timestamp, body)
  const right = (headers.get('webhook-signature') ?? '').split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!near || !right) throw new Fault('webhook_signature')
}
