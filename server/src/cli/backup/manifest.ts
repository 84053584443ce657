import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { z } from 'zod'

/** The form of the files themselves; a reader refuses a higher one. */
export const BACKUP_FORMAT = 1

export const MANIFEST = 'manifest.json'
export const SECRET = 'secret'
export const OBJECTS = 'objects'
export const tableFile = (name: string): string => `tables/${name}.copy`

const tableName = z.string().regex(/^[a-z_][a-z0-9_]*$/)

const manifest = z.object({
  format: z.int().min(1),
  product: z.literal('shelfcast'),
  at: z.iso.datetime(),
  /** Hashes of the migrations that the database had, in order. */
  migrations: z.array(z.object({ hash: z.string(), createdAt: z.number() })).min(1),
  tables: z.array(z.object({ name: tableName, columns: z.array(tableName).min(1), rows: z.int().min(0) })),
  /** Where sequences stood. */
  sequences: z.array(z.object({ name: tableName, value: z.string().regex(/^\d+$/), isCalled: z.boolean() })),
  /** SHA-256 in hex of every other file, by its path. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
})
export type Manifest = z.infer<typeof manifest>

/** A backup that cannot be taken or used: told in one line, without a stack. */
export class BackupProblem extends Error {}

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../migrations', import.meta.url))

/** The migrations that this version of the program knows, in order. */
export const knownMigrations = () => readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER })

/**
 * Reads and checks the unpacked files of a backup: form, version, and every checksum.
 * @throws BackupProblem for anything that is wrong with them
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const parsed = manifest.safeParse(readJson(join(folder, MANIFEST)))
  if (!parsed.success)
    throw new BackupProblem('this file is no Shelfcast backup: its manifest cannot be read')
  const found = parsed.data
  if (found.format > BACKUP_FORMAT) throw newer()
  const known = knownMigrations()
  for (const [i, { hash }] of found.migrations.entries()) {
    if (i >= known.length) throw newer()
    if (known[i]!.hash !== hash)
      throw new BackupProblem(`migration ${i} of the backup is not one of this version`)
  }
  const present = await checksums(folder)
  for (const path of new Set([...Object.keys(found.files), ...Object.keys(present)])) {
    if (present[path] !== found.files[path]) throw new BackupProblem(`the backup is damaged: ${path}`)
  }
  for (const { name } of found.tables) {
    if (!(tableFile(name) in present))
      throw new BackupProblem(`the backup is damaged: ${tableFile(name)} is missing`)
  }
  return found
}

const newer = () => new BackupProblem('the backup was made by a newer Shelfcast; update this one first')

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

/** SHA-256 of every file of the folder but the manifest, by path. */
export async function checksums(folder: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1)
    if (entry.isDirectory() || path === MANIFEST) continue
    if (!entry.isFile()) throw new BackupProblem(`the backup is damaged: ${path} is no plain file`)
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(folder, path)), hash)
    sums[path] = hash.digest('hex')
  }
  return sums
}
