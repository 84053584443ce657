/** What pictures may be, on both sides of an upload. */

export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif'] as const
export const PICTURE_BYTES_MAX = 10 * 1024 * 1024

/** Longest sides in pixels of what is made of each picture: `/media/<key>/<side>.webp`. */
export const RENDITIONS_PX = [320, 640, 1280] as const

/** Why a picture was refused: `extra.why` of `picture_refused`. */
export const PICTURE_REFUSALS = ['format', 'broken', 'too_many_pixels', 'too_small', 'animated'] as const
export type PictureRefusal = (typeof PICTURE_REFUSALS)[number]

export const PRODUCT_PICTURES_MAX = 9
