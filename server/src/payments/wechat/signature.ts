import { createDecipheriv, type KeyObject, sign, verify } from 'node:crypto'
import { Fault } from '../../kernel/errors.ts'

/**
 * WeChat Pay v3 signatures: SHA256withRSA over lines that each end in a line feed. Sources: pay.weixin.qq.com
 * /doc/v3/merchant/4012365334 (requests), 4013053249 (verifying with the platform's public key), 4012071382 (the
 * encryption of notifications).
 */

const TOLERANCE_S = 5 * 60
const TAG_BYTES = 16

const lines = (...parts: string[]): Buffer => Buffer.from(parts.map((part) => `${part}\n`).join(''), 'utf8')

export interface Signer {
  readonly mchId: string
  readonly certSerial: string
  readonly privateKey: KeyObject
}

/** The Authorization header of a request. `path` includes the query. */
export function authorization(
  { mchId, certSerial, privateKey }: Signer,
  request: { method: string; path: string; body: string; timeS: number; nonce: string },
): string {
  const { method, path, body, timeS, nonce } = request
  const made = sign('RSA-SHA256', lines(method, path, String(timeS), nonce, body), privateKey).toString(
    'base64',
  )
  return `WECHATPAY2-SHA256-RSA2048 mchid="${mchId}",nonce_str="${nonce}",signature="${made}",timestamp="${timeS}",serial_no="${certSerial}"`
}

/** Whether WeChat Pay's key signed this body, named by its id, and not long ago. */
export function isFromPlatform(
  key: { id: string; publicKey: KeyObject },
  headers: ReadonlyMap<string, string>,
  body: string,
  nowMs: number,
): boolean {
  const of = (name: string) => headers.get(`wechatpay-${name}`) ?? ''
  const time = of('timestamp')
  const near = /^\d{1,12}$/.test(time) && Math.abs(nowMs / 1000 - Number(time)) <= TOLERANCE_S
  return (
    near &&
    of('serial') === key.id &&
    verify(
      'RSA-SHA256',
      lines(time, of('nonce'), body),
      key.publicKey,
      Buffer.from(of('signature'), 'base64'),
    )
  )
}

/** What a notification holds, by AES-256-GCM. @throws Fault `webhook_signature` when it was not made with our key */
export function decrypted(
  key: Uint8Array,
  { ciphertext, nonce, associatedData }: { ciphertext: string; nonce: string; associatedData: string },
): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'utf8'), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(associatedData, 'utf8'))
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    return Buffer.concat([
      decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8')
  } catch {
    throw new Fault('webhook_signature')
  }
}
