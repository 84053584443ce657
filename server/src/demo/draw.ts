import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('./draw.mjs', import.meta.url))

/** Draws our own SVGs into PNG files of a folder; see draw.mjs for why not here. @param svgs by file name */
export function draw(folder: string, svgs: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['pipe', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-2000)
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`drawing failed: ${said.trim()}`)),
    )
    child.stdin.on('error', () => {}) // the exit code says more
    child.stdin.end(JSON.stringify(svgs))
  })
}
