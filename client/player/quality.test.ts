import { expect, test } from 'vitest'
import { qualitiesOf } from './quality.ts'

test('where there is one stream alone, there is none better or smaller to choose', () => {
  expect(qualitiesOf(1)).toEqual(['auto', 'sound'])
  expect(qualitiesOf(3)).toEqual(['auto', 'standard', 'saver', 'sound'])
})
