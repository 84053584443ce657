/** `npm run check`: everything that can be known without running the server. Changes nothing but the build. */
import { runCheck } from './checks/run-check.mjs'
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { inRoot } from './lib/paths.mjs'
import { failed, ready, say, stopwatch } from './lib/report.mjs'
import { findClientBuild } from './steps/client.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findNode } from './steps/node.mjs'

/** @param {string} path in node_modules */
const tool = (path) => inRoot('node_modules', path)

/** @type {import('./checks/run-check.mjs').Check[]} */
const CHECKS = [
  {
    name: 'types: server, shared, set-up',
    args: [tool('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
    fix: 'npx tsc --noEmit -p tsconfig.json',
  },
  {
    name: 'types: client',
    args: [tool('typescript/bin/tsc'), '--noEmit', '-p', 'client/tsconfig.json'],
    fix: 'npx tsc --noEmit -p client/tsconfig.json',
  },
  { name: 'style', args: [tool('@biomejs/biome/bin/biome'), 'ci', '.'], fix: 'npx biome check --write' },
  {
    name: 'import directions',
    args: [
      tool('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--output-type',
      'err-long',
      'server',
      'shared',
      'client',
    ],
    fix: 'npx depcruise -T err-long server shared client',
  },
  { name: 'unused code', args: [tool('knip/bin/knip.js'), '--no-progress'], fix: 'npx knip' },
  {
    name: 'golden files, migrations',
    args: [inRoot('server/setup/golden.mjs')],
    fix: 'npm run golden',
  },
  {
    name: 'size of what viewers load',
    args: [tool('size-limit/bin.js')],
    fix: 'make it lazy (client/player/lazy.tsx) or smaller; limits are in .size-limit.mjs',
  },
]

await entry(async () => {
  await settle(findNode)
  await settle(findDependencies)
  await settle(findClientBuild)
  const stop = stopwatch('checking')
  const outcomes = await Promise.all(CHECKS.map(tell))
  stop()
  return outcomes.every((passed) => passed) ? 0 : 1
})

/** @param {import('./checks/run-check.mjs').Check} check @returns {Promise<boolean>} whether it passed */
async function tell(check) {
  const { passed, output, tookMs } = await runCheck(check)
  const line = `${check.name} (${(tookMs / 1000).toFixed(1)} s)`
  if (passed) {
    ready(line)
  } else {
    failed(line)
    say(`${output.trim()}\n  fix: ${check.fix}`)
  }
  return passed
}
