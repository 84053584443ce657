import { uploadPicture } from '@shelfcast/shared/api/pictures.ts'
import { found } from '../kernel/errors.ts'
import { handle, type RawRoute, type Route } from '../kernel/route.ts'
import { requestedKey } from './keys.ts'
import type { Pictures } from './pictures.ts'

export const pictureRoutes = (pictures: Pictures): Route[] => [
  handle(uploadPicture, ({ params, actor, file }) => pictures.upload(params.tenantId, actor.personId, file)),
]

const HEADERS = {
  // The address follows from the content, so what it answers never changes.
  'Cache-Control': 'public, max-age=31536000, immutable',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  // Pages of other origins show them too: the embed, and cards of shared links.
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

/** Renditions for everybody who knows their address. */
export const mediaRoutes = (pictures: Pick<Pictures, 'read'>): RawRoute[] => [
  {
    method: 'GET',
    path: '/media/:key/:file',
    bodyBytesMax: 0,
    async handler({ params, headers }) {
      const key = found(requestedKey(params.key ?? '', params.file ?? ''))
      const etag = `"${key}"`
      if (headers.get('if-none-match') === etag) return { status: 304, headers: { ...HEADERS, ETag: etag } }
      const { bytes, contentType } = found(await pictures.read(key))
      return { status: 200, headers: { ...HEADERS, 'Content-Type': contentType, ETag: etag }, body: bytes }
    },
  },
]
