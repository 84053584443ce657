import { describe, expect, test } from 'vitest'
import { faceOf, type Situation } from './face.ts'

const live: Situation = {
  entry: 'entered',
  show: { status: 'live', hostAway: false },
  room: 'live',
  video: 'playing',
}
const face = (over: Partial<Situation>) => faceOf({ ...live, ...over })

describe('what stands where the picture should be', () => {
  test('nothing while frames run, also when the room is lost for a moment', () => {
    expect(face({})).toBeNull()
    expect(face({ room: 'reconnecting' })).toBeNull()
    expect(face({ video: 'blocked' })).toBeNull()
  })

  test.each([
    ['loading', { entry: 'entering', show: null, room: 'connecting', video: 'idle' }],
    ['unknown', { entry: 'unknown', show: null, room: 'refused', video: 'idle' }],
    ['offline', { entry: 'offline', show: null, room: 'connecting', video: 'idle' }],
    ['refused', { room: 'refused' }],
    ['full', { room: 'full', video: 'idle' }],
    ['scheduled', { show: { status: 'scheduled', hostAway: false }, video: 'idle' }],
    ['away', { show: { status: 'paused', hostAway: true }, video: 'idle' }],
    ['paused', { show: { status: 'paused', hostAway: false }, video: 'idle' }],
    ['ended', { show: { status: 'ended', hostAway: false }, room: 'ended', video: 'idle' }],
    ['unsupported', { video: 'unsupported' }],
    ['connecting', { video: 'connecting' }],
    ['waiting', { video: 'waiting' }],
    ['trouble', { video: 'trouble' }],
  ] as const)('%s', (expected, situation) => expect(face(situation)).toBe(expected))

  test('an ended show says so even in a browser without video', () => {
    expect(face({ show: { status: 'ended', hostAway: false }, video: 'unsupported' })).toBe('ended')
  })

  test('a host who is away goes before a video that fails for it', () => {
    expect(face({ show: { status: 'paused', hostAway: true }, video: 'trouble' })).toBe('away')
  })
})
