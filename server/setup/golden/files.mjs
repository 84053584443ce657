import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SetupProblem } from '../lib/finding.mjs'
import { writeAtomically } from '../lib/keep.mjs'
import { inRoot, root } from '../lib/paths.mjs'
import { typeScript } from '../lib/typescript.mjs'

const MAKER = 'server/src/cli/golden.ts'
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

/**
 * The files that are made from code (OpenAPI and such), as the code would make them now.
 * @returns {Record<string, string>} path in the checkout to content
 * @throws {SetupProblem}
 */
function goldenFiles() {
  const { status, stdout, stderr } = spawnSync(process.execPath, typeScript(MAKER), {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: OUTPUT_BYTES_MAX,
  })
  if (status === 0) return JSON.parse(stdout)
  throw new SetupProblem({
    text: `${MAKER} ended with code ${status}: ${stderr.split('\n').find((line) => /error/i.test(line)) ?? ''}`,
    why: 'It makes the files that are derived from code, and so they cannot be compared.',
    fix: `npx tsx ${MAKER}`,
  })
}

/** @returns {string[]} the paths that differ from what the code makes now */
export function driftedFiles() {
  return Object.entries(goldenFiles())
    .filter(([path, content]) => !existsSync(inRoot(path)) || readFileSync(inRoot(path), 'utf8') !== content)
    .map(([path]) => path)
}

/** @returns {string[]} the paths that were written */
export function writeGoldenFiles() {
  const files = Object.entries(goldenFiles())
  for (const [path, content] of files) {
    mkdirSync(dirname(inRoot(path)), { recursive: true })
    writeAtomically(inRoot(path), content)
  }
  return files.map(([path]) => path)
}
