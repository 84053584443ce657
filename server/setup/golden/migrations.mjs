import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { inRoot, root } from '../lib/paths.mjs'

const DRIZZLE_MS_MAX = 120_000
const GENERATE = 'npx drizzle-kit generate --config server/drizzle.config.ts --name <what-changes>'

/** @typedef {{ entries: { idx: number, when: number, tag: string }[] }} Journal */

/**
 * What is wrong with the migrations: a schema that has moved on without one, or an order in which
 * some would be skipped.
 * @returns {string[]}
 */
export function migrationProblems() {
  const journal = JSON.parse(readFileSync(inRoot('migrations/meta/_journal.json'), 'utf8'))
  const files = readdirSync(inRoot('migrations')).filter((name) => name.endsWith('.sql'))
  return [...orderProblems(journal, files), ...schemaProblems()]
}

/**
 * drizzle-orm applies what is newer than the last applied, by `when`, and skips the rest silently:
 * two branches that each made a migration can leave one out for ever.
 * @param {Journal} journal
 * @param {string[]} files
 * @returns {string[]}
 */
export function orderProblems({ entries }, files) {
  const tags = entries.map(({ tag }) => tag)
  const unlisted = files.filter((file) => !tags.includes(file.replace(/[.]sql$/, '')))
  const absent = tags.filter((tag) => !files.includes(`${tag}.sql`))
  const disordered = entries.filter(({ idx, when, tag }, at) => {
    const before = entries[at - 1]
    return idx !== at || Number.parseInt(tag, 10) !== at || (before !== undefined && when <= before.when)
  })
  return [
    ...unlisted.map((file) => `migrations/${file} is not in meta/_journal.json, so it is never applied`),
    ...absent.map((tag) => `meta/_journal.json lists ${tag}, and there is no migrations/${tag}.sql`),
    ...disordered.map(
      ({ tag }) => `${tag} is out of order in meta/_journal.json (number or time), so it can be skipped`,
    ),
  ]
}

/** Lets drizzle-kit make the next migration in a copy; it should find nothing to do. @returns {string[]} */
function schemaProblems() {
  const folder = mkdtempSync(join(tmpdir(), 'shelfcast-migrations-'))
  try {
    const copy = join(folder, 'migrations')
    cpSync(inRoot('migrations'), copy, { recursive: true })
    const { status, output } = generateInto(folder, copy)
    if (status !== 0) return [`drizzle-kit could not compare the schema with the migrations: ${output}`]
    const made = readdirSync(copy).length > readdirSync(inRoot('migrations')).length
    return made ? [`the tables.ts files have changed without a migration: ${GENERATE}`] : []
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder @param {string} out */
function generateInto(folder, out) {
  const config = join(folder, 'drizzle.config.ts')
  // drizzle-kit takes `out` relative to where it runs.
  const overridden = { from: inRoot('server/drizzle.config.ts'), out: relative(root, out) }
  writeFileSync(
    config,
    `import base from ${JSON.stringify(overridden.from)}\nexport default { ...base, out: ${JSON.stringify(overridden.out)} }\n`,
  )
  const result = spawnSync(
    process.execPath,
    [inRoot('node_modules/drizzle-kit/bin.cjs'), 'generate', '--config', config],
    // No input: a question about a renamed column means drift, and would wait for ever.
    { cwd: root, encoding: 'utf8', timeout: DRIZZLE_MS_MAX, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  return {
    status: result.status,
    output: `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-3).join(' '),
  }
}
