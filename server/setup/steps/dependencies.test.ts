import { describe, expect, test } from 'vitest'
import { outOfStep } from './dependencies.mjs'

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/pino': { version: '10.4.0' },
  'node_modules/@esbuild/linux-x64': { version: '0.28.2', optional: true },
  'client/node_modules/@esbuild/win32-x64': { version: '0.28.2', os: ['win32'] },
}

describe('node_modules against package-lock.json', () => {
  test('in step, with packages of other platforms absent', () => {
    expect(outOfStep(wanted, { 'node_modules/pino': { version: '10.4.0' } })).toBeUndefined()
  })

  test('a missing package is named', () => {
    expect(outOfStep(wanted, {})).toBe('pino is missing')
  })

  test('another version is named with both, also of an optional package', () => {
    const installed = {
      'node_modules/pino': { version: '10.4.0' },
      'node_modules/@esbuild/linux-x64': { version: '0.27.0' },
    }
    expect(outOfStep(wanted, installed)).toBe('@esbuild/linux-x64 is 0.27.0 instead of 0.28.2')
  })
})
