import { expect, test } from 'vitest'
import { readSettings, SIZE_MAX, SPEED_MAX } from './settings.ts'

const fresh = readSettings(null)

test('what was chosen comes back', () => {
  const chosen = { open: true, speed: SPEED_MAX, size: SIZE_MAX, mirrored: true, keys: false }
  expect(readSettings(JSON.stringify(chosen))).toEqual(chosen)
})

test.each(['', '{', '7', '"x"', '[]', '{"speed":0,"size":99,"open":"yes"}', '{"speed":1.5,"size":null}'])(
  '%j in storage counts as nothing',
  (stored) => expect(readSettings(stored)).toEqual(fresh),
)
