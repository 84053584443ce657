import { expect, test } from 'vitest'
import { newId, timeOfId } from './ids.ts'

test('an id tells when it was made, and what is none tells nothing', () => {
  for (const at of [0, 1, 1_765_000_000_123]) expect(timeOfId(newId('tak', at))).toBe(at)
  for (const no of ['', 'tak_', 'tak_short', `${newId('tak')}x`, newId('tak').toUpperCase()])
    expect(timeOfId(no)).toBeNull()
})
