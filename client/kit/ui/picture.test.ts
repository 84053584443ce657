import { expect, test } from 'vitest'
import { pictureAt, sizesOf } from './picture.ts'

test('the sizes of a picture differ in their last segment', () => {
  expect(pictureAt('/media/ab/640.webp', 320)).toBe('/media/ab/320.webp')
  expect(sizesOf('/media/ab/640.webp')).toBe(
    '/media/ab/320.webp 320w, /media/ab/640.webp 640w, /media/ab/1280.webp 1280w',
  )
})

test('an address that is no rendition stays as it is', () => {
  expect(pictureAt('blob:https://shop/1', 320)).toBe('blob:https://shop/1')
})
