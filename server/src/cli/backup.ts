import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { BackupProblem } from './backup/manifest.ts'
import { restoreBackup } from './backup/restore.ts'
import { takeBackup } from './backup/take.ts'

/** `backup.ts take FILE` and `backup.ts restore FILE [--force]`; says what it did, and no secret. */

const USAGE = 'npm run backup -- FILE   ·   npm run restore -- FILE [--force]'

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { force: { type: 'boolean' } },
    allowPositionals: true,
  })
  const [command, given] = positionals
  if (!given || positionals.length > 2) throw new BackupProblem(USAGE)
  const file = resolve(given)
  const config = loadConfig(process.env)
  if (command === 'take') {
    const { tables, files } = await takeBackup(config, file)
    const rows = tables.reduce((sum, table) => sum + table.rows, 0)
    console.log(
      `backup is in ${file}: ${rows} rows, ${Object.keys(files).length - tables.length - 1} files of pictures`,
    )
    console.log('It holds the root secret and personal data: keep it where only you can read it.')
  } else if (command === 'restore') {
    const { manifest, sameSecret } = await restoreBackup(config, file, values.force === true)
    console.log(`restored ${file}, taken at ${manifest.at}`)
    if (!sameSecret) {
      console.log(
        'SECRET is not the one of the backup: set it to what its file `secret` holds, or sealed data is lost.',
      )
    }
  } else throw new BackupProblem(USAGE)
}

main().catch((error: unknown) => {
  console.error(error instanceof BackupProblem ? error.message : error)
  process.exit(1)
})
