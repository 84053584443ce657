/**
 * `npm run golden` (`--write`): writes the files that are made from code. Without the flag it
 * compares instead, and looks whether schema and migrations agree; `npm run check` does so.
 */
import { driftedFiles, writeGoldenFiles } from './golden/files.mjs'
import { migrationProblems } from './golden/migrations.mjs'
import { entry } from './lib/entry.mjs'
import { ready, say } from './lib/report.mjs'

await entry(async () => (process.argv.includes('--write') ? write() : compare()))

function write() {
  for (const path of writeGoldenFiles()) ready(`wrote ${path}`)
  return 0
}

function compare() {
  const problems = [
    ...driftedFiles().map((path) => `${path} is not what the code makes now: npm run golden`),
    ...migrationProblems(),
  ]
  for (const problem of problems) say(problem)
  return problems.length > 0 ? 1 : 0
}
