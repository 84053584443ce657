import { createHash } from 'node:crypto'
import { RENDITIONS_PX } from '@shelfcast/shared/pictures.ts'

/** Where the rendition of 640 px is served; `picture_url` in SQL says the same. */
export const pictureUrl = (key: string | null): string | null => key && `/media/${renditionKey(key, 640)}`

const KEY_CHARS = 40 // 160 bits: nobody comes across one by trying

/** Follows from tenant and content, so that no tenant can learn by uploading it what another one keeps. */
export function storageKeyOf(tenantId: string, bytes: Buffer): string {
  return createHash('sha256').update(tenantId).update('\0').update(bytes).digest('hex').slice(0, KEY_CHARS)
}

export const renditionKey = (key: string, sidePx: number): string => `${key}/${sidePx}.webp`

export const renditionKeys = (key: string): string[] => RENDITIONS_PX.map((side) => renditionKey(key, side))

/** The storage key that a request for `/media/:key/:file` means, or null: nothing but renditions is served. */
export function requestedKey(key: string, file: string): string | null {
  const side = RENDITIONS_PX.find((one) => file === `${one}.webp`)
  return side !== undefined && /^[0-9a-f]{40}$/.test(key) ? renditionKey(key, side) : null
}
