import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The server's root secret: SECRET from the environment, else one made at the first start and kept in the data
 * folder, readable by its owner only.
 */
export function rootSecret(given: string | null, dataDir: string): string {
  if (given) return given
  const file = join(dataDir, 'secret')
  try {
    return readFileSync(file, 'utf8')
  } catch {
    mkdirSync(dataDir, { recursive: true })
    const secret = randomBytes(32).toString('base64url')
    writeFileSync(file, secret, { mode: 0o600, flag: 'wx' })
    return secret
  }
}

/** A key for one purpose, derived from the root secret (HKDF, RFC 5869). */
export function deriveKey(root: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, '', `shelfcast:${purpose}`, 32))
}

/** For tokens of high entropy, where a slow hash would only cost. */
export const sha256 = (value: string): string => createHash('sha256').update(value).digest('base64url')

export const randomToken = (): string => randomBytes(32).toString('base64url')
