import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** @typedef {{ name: string, uid: number, gid: number }} Account */

/** Postgres will not run as root, and Redis need not: in order of preference, accounts that Linux has. */
const UNPRIVILEGED = ['postgres', 'nobody']

/** The account that services run under, undefined when they can run under our own. @returns {Account | undefined} */
export function serviceAccount() {
  if (process.getuid?.() !== 0) return undefined
  const accounts = parsePasswd(readFileSync('/etc/passwd', 'utf8'))
  return UNPRIVILEGED.map((name) => accounts.get(name)).find((account) => account !== undefined)
}

/**
 * @param {string} text of /etc/passwd
 * @returns {Map<string, Account>}
 */
function parsePasswd(text) {
  const rows = text.split('\n').map((line) => line.split(':'))
  return new Map(rows.map(([name = '', , uid, gid]) => [name, { name, uid: Number(uid), gid: Number(gid) }]))
}

/**
 * The part of spawn's options that runs a program as the account. The working folder is one that
 * everybody can enter: the checkout may lie in /root.
 * @param {Account | undefined} account
 */
export const runAs = (account) => ({ cwd: '/', ...(account ? { uid: account.uid, gid: account.gid } : {}) })

/**
 * The folder for the services' data: inside the data folder or, when the account cannot reach that
 * (a checkout in /root), in the machine's state folder, named after the data folder.
 * @param {string} dataDir
 * @param {Account | undefined} account
 */
export function servicesDirFor(dataDir, account) {
  if (!account || canEnter(account, nearestExisting(dataDir))) return dataDir
  return join('/var/lib/shelfcast', createHash('sha256').update(dataDir).digest('hex').slice(0, 12))
}

/** @param {string} folder @returns {string} */
const nearestExisting = (folder) => (existsSync(folder) ? folder : nearestExisting(dirname(folder)))

/** @param {Account} account @param {string} folder */
export function canEnter(account, folder) {
  return spawnSync('/usr/bin/test', ['-x', folder], runAs(account)).status === 0
}

/** Makes the data folder, with a way through for the services' account whatever the umask is. @param {string} dataDir */
export function makeDataDir(dataDir) {
  if (mkdirSync(dataDir, { recursive: true })) chmodSync(dataDir, 0o755)
}

/**
 * Makes a folder that nobody but the account can look into.
 * @param {string} folder
 * @param {Account | undefined} account
 */
export function makePrivateDir(folder, account) {
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (account) chownSync(folder, account.uid, account.gid)
}
