import { z } from 'zod'
import { contract, id } from './contract.ts'

export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif'] as const
export const PICTURE_BYTES_MAX = 10 * 1024 * 1024

/** Longest sides in pixels of what is made of each picture: `/media/<key>/<side>.webp`. */
export const RENDITIONS_PX = [320, 640, 1280] as const

/** Why a picture was refused: `extra.why` of `picture_refused`. */
export const PICTURE_REFUSALS = ['format', 'broken', 'too_many_pixels', 'too_small', 'animated'] as const
export type PictureRefusal = (typeof PICTURE_REFUSALS)[number]

export const pictureView = z.object({
  id,
  /** The rendition of 640 px; the others have the same address with another number. */
  url: z.string(),
  /** Of what was uploaded, upright. */
  width: z.int(),
  height: z.int(),
})
export type PictureView = z.infer<typeof pictureView>

export const uploadPicture = contract({
  method: 'POST',
  path: '/tenants/:tenantId/pictures',
  tag: 'Catalog',
  summary: 'Upload a picture. What nothing shows is deleted after a day',
  who: 'catalog:write',
  params: z.object({ tenantId: id }),
  upload: { types: PICTURE_TYPES, bytesMax: PICTURE_BYTES_MAX },
  output: pictureView,
  status: 201,
  errors: ['picture_refused', 'too_many_requests', 'unavailable'],
})
