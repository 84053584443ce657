import { RENDITIONS_PX } from '@shelfcast/shared/pictures.ts'

/** All sizes of a picture as `srcset` takes them, from the address of any of them. */
export const sizesOf = (url: string): string =>
  RENDITIONS_PX.map((side) => `${pictureAt(url, side)} ${side}w`).join(', ')

/** One size of a picture, from the address of any of them. */
export const pictureAt = (url: string, side: (typeof RENDITIONS_PX)[number]): string =>
  url.replace(/\/\d+\.webp$/, `/${side}.webp`)
