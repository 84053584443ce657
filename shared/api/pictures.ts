import { z } from 'zod'
import { PICTURE_BYTES_MAX, PICTURE_TYPES } from '../pictures.ts'
import { contract, id } from './contract.ts'

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
