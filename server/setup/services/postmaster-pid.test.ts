import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetStalePostmaster, parsePostmasterPid, runningPostmaster } from './postmaster-pid.mjs'

const text = (pid: number, state: string) =>
  `${pid}\n/data\n1795402689\n38449\n\n127.0.0.1\n  5432001         7\n${state}\n`

describe('postmaster.pid', () => {
  test('tells pid, port and whether connections are accepted', () => {
    expect(parsePostmasterPid(text(42, 'ready   '))).toEqual({ pid: 42, port: 38449, isReady: true })
    expect(parsePostmasterPid(text(42, 'starting'))?.isReady).toBe(false)
  })

  test('a standalone backend and a half-written file are nobody', () => {
    expect(parsePostmasterPid(text(-42, ''))).toBeUndefined()
    expect(parsePostmasterPid('')).toBeUndefined()
  })
})

describe('a pid file that outlived its server', () => {
  let folder: string
  const file = () => join(folder, 'postmaster.pid')
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shelfcast-setup-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('whose pid is another program by now is removed', () => {
    writeFileSync(file(), text(process.pid, 'ready   '))
    expect(runningPostmaster(folder)).toBeUndefined()
    forgetStalePostmaster(folder)
    expect(existsSync(file())).toBe(false)
  })

  test('whose pid is dead is left to Postgres', () => {
    writeFileSync(file(), text(2 ** 22 - 1, 'ready   '))
    expect(runningPostmaster(folder)).toBeUndefined()
    forgetStalePostmaster(folder)
    expect(existsSync(file())).toBe(true)
  })
})
