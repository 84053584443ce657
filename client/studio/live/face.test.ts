import { ERRORS, type ErrorCode } from '@shelfcast/shared/errors.ts'
import { expect, test } from 'vitest'
import { faceOf } from './face.ts'
import type { Phase } from './phase.ts'

const face = (
  phase: Phase,
  camera: 'denied' | 'none' | null = null,
  microphone: 'busy' | 'none' | null = null,
) => faceOf({ phase, camera, microphone })

const refused = (code: ErrorCode): Phase => ({
  at: 'refused',
  problem: { type: code, title: code, status: ERRORS[code].status, code, retry: false },
})

test('with a picture or a sound there is no face', () => {
  expect(face({ at: 'live' })).toBeNull()
  expect(face({ at: 'ready' }, 'denied', null)).toBeNull()
  expect(face({ at: 'ready' }, null, 'none')).toBeNull()
})

test('with neither, the one that the host can do something about is told', () => {
  expect(face({ at: 'ready' }, 'none', 'busy')).toEqual({ kind: 'devices', trouble: 'busy' })
  expect(face({ at: 'live' }, 'denied', 'none')).toEqual({ kind: 'devices', trouble: 'denied' })
})

test('where the show stands goes before devices', () => {
  expect(face({ at: 'ended' }, 'none', 'none')).toEqual({ kind: 'ended' })
  expect(face({ at: 'recovering', deadline: 5 }, 'none', 'none')).toEqual({ kind: 'recovering', deadline: 5 })
})

test('beside an encoder the others are seen; alone, it is said who sends, and whether it does', () => {
  const beside = (sends: boolean, others: boolean) =>
    faceOf({ phase: { at: 'beside' }, encoder: { sends, others }, camera: 'busy', microphone: null })
  expect(beside(true, true)).toBeNull()
  expect(beside(true, false)).toEqual({ kind: 'beside', sends: true })
  expect(beside(false, false)).toEqual({ kind: 'beside', sends: false })
})

test.each([
  ['not_signed_in', 'signed_out'],
  ['scope_missing', 'not_allowed'],
  ['not_found', 'unknown'],
  ['host_seat_taken', 'seat_taken'],
  ['origin_refused', 'other'],
] as const)('%s reads as %s', (code, why) => {
  expect(face(refused(code))).toEqual({ kind: 'refused', why, code })
})
