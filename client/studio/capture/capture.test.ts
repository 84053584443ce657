import { expect, test } from 'vitest'
import { audioConstraints, videoConstraints } from './constraints.ts'
import { levelOf } from './level.ts'
import { readRemembered } from './remembered.ts'
import { troubleOf } from './trouble.ts'

test.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'none'],
  ['OverconstrainedError', 'none'],
  ['NotReadableError', 'busy'],
  ['TypeError', 'failed'],
])('%s is %s', (name, trouble) => {
  expect(troubleOf(new DOMException('no', name))).toBe(trouble)
})

test('what is not an error is a failure too', () => {
  expect(troubleOf('no')).toBe('failed')
})

test('a remembered device is a preference, a chosen one is a must', () => {
  expect(videoConstraints({ prefer: 'cam' }).deviceId).toEqual({ ideal: 'cam' })
  expect(audioConstraints({ exactly: 'mic' }).deviceId).toEqual({ exact: 'mic' })
  expect(videoConstraints({ prefer: null })).not.toHaveProperty('deviceId')
  expect(videoConstraints({ facing: 'environment' }).facingMode).toEqual({ ideal: 'environment' })
})

test('storage of another version, or of somebody else, counts as nothing remembered', () => {
  const fresh = { camera: null, microphone: null, cameraOn: true, microphoneOn: true }
  for (const stored of [null, '', '{', '7', 'null', '[]', '{"camera":5,"cameraOn":"no"}']) {
    expect(readRemembered(stored)).toEqual(fresh)
  }
  expect(readRemembered('{"camera":"a","microphone":"b","cameraOn":false}')).toEqual({
    camera: 'a',
    microphone: 'b',
    cameraOn: false,
    microphoneOn: true,
  })
})

const tone = (amplitude: number) => Float32Array.from({ length: 1024 }, (_, i) => amplitude * Math.sin(i / 5))

test('the level is 0 for silence, 1 for too loud, and grows in between', () => {
  expect(levelOf(new Float32Array(1024))).toBe(0)
  expect(levelOf(new Float32Array(0))).toBe(0)
  expect(levelOf(tone(1))).toBe(1)
  const [whisper, talk] = [levelOf(tone(0.01)), levelOf(tone(0.1))]
  expect(whisper).toBeGreaterThan(0.1)
  expect(talk).toBeGreaterThan(whisper + 0.2)
  expect(talk).toBeLessThan(1)
})
