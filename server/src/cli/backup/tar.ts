import { spawn } from 'node:child_process'
import { chmod, open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { BackupProblem } from './manifest.ts'

/** Packs a folder into a file that only its owner may read, whole or not at all. @throws BackupProblem */
export async function pack(folder: string, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`
  const out = await open(draft, 'wx', 0o600).catch((error: Error) => {
    throw new BackupProblem(`cannot write there: ${error.message}`)
  })
  try {
    const tar = spawn('tar', ['-C', folder, '-czf', '-', '.'], { stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = outcome(tar)
    await pipeline(tar.stdout, out.createWriteStream({ flush: true }))
    await ended
    await chmod(draft, 0o600)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Unpacks plain files and folders only, none of them outside of the folder. @throws BackupProblem */
export async function unpack(file: string, folder: string): Promise<void> {
  const names = await listing(file, '-tzf')
  const isOutside = (name: string) => name.startsWith('/') || name.split('/').includes('..')
  const kinds = await listing(file, '-tvzf')
  if (names.length === 0 || names.some(isOutside) || kinds.some((line) => !/^[-d]/.test(line))) {
    throw new BackupProblem('this file is no Shelfcast backup')
  }
  await outcome(
    spawn('tar', ['-xzf', file, '-C', folder, '--no-same-owner'], { stdio: ['ignore', 'ignore', 'pipe'] }),
  )
}

async function listing(file: string, flags: string): Promise<string[]> {
  const tar = spawn('tar', [flags, file], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = outcome(tar)
  let text = ''
  tar.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await ended
  return text.split('\n').filter(Boolean)
}

function outcome(tar: ReturnType<typeof spawn>): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    let said = ''
    tar.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-500)
    })
    tar.once('error', () => reject(new BackupProblem('there is no `tar` on this machine')))
    tar.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new BackupProblem(`the file cannot be read or written: ${said.trim()}`)),
    )
  })
  ended.catch(() => {}) // whoever awaits it hears of it
  return ended
}
