/**
 * `npm run fuzz -- <name> [seeds] [first]`: a random-operations test with many more seeds than `npm test` runs. The
 * first seed is drawn unless it is given; a failing test names its own, so it can be run again alone.
 */
import { randomInt } from 'node:crypto'
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { inRoot } from './lib/paths.mjs'
import { say } from './lib/report.mjs'
import { stopOnSignals } from './lib/stopping.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findNode } from './steps/node.mjs'

/** @type {Record<string, string>} */
const TESTS = { rooms: 'server/src/rooms/fuzz.test.ts' }
const SEEDS = 5000
const FIRST_MAX = 1_000_000_000
const GRACE_MS = 5000

await entry(async () => {
  const [name = '', seeds = String(SEEDS), first = String(randomInt(FIRST_MAX))] = process.argv.slice(2)
  const file = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined
  if (file === undefined) {
    say(`npm run fuzz -- <name> [seeds] [first]\n  names: ${Object.keys(TESTS).join(', ')}`)
    return 2
  }
  await settle(findNode)
  await settle(findDependencies)
  say(`  ${seeds} seeds from ${first}`)
  const { stop } = stopOnSignals()
  return runChild(
    process.execPath,
    [inRoot('node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', file],
    {
      env: { ...process.env, NODE_ENV: 'test', FUZZ_SEEDS: seeds, FUZZ_FIRST: first },
      stop,
      graceMs: GRACE_MS,
    },
  )
})
