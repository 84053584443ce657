import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { until } from './stage.ts'

/** Programs of ./fakes that are GStreamer: encoders and players that are not ours. */

const program = (name: string) => fileURLToPath(new URL(`./fakes/${name}`, import.meta.url))
const PYTHON = '/usr/bin/python3' // Debian's own, for which python3-gi is packaged
const NEEDS = ['webrtcbin', 'x264enc', 'opusenc', 'nicesrc']
const probe = spawnSync(PYTHON, [
  '-c',
  `import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstWebRTC', '1.0')
from gi.repository import Gst, GstWebRTC
Gst.init(None); raise SystemExit(not all(Gst.ElementFactory.find(x) for x in ${JSON.stringify(NEEDS)}))`,
])
/** Why such tests are skipped, for their names; empty where all is there. */
export const missing = probe.status === 0 ? '' : ' (skipped: GStreamer with webrtcbin is not on this machine)'

export function testGStreamer() {
  const running = new Set<ChildProcess>()
  afterAll(() => {
    for (const one of running) one.kill('SIGKILL')
  })
  return {
    running: running as ReadonlySet<ChildProcess>,
    /** Starts a program; `heard` resolves with all it said, once that holds one of the words. */
    start(name: string, ...args: string[]) {
      const process = spawn(PYTHON, [program(name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
      running.add(process)
      let said = ''
      process.stdout.on('data', (chunk) => {
        said += String(chunk)
      })
      process.once('exit', () => running.delete(process))
      return {
        process,
        heard: (word: string) =>
          until(() => said.includes(word) || said.includes('refused'), 20_000).then(() => said),
      }
    },
  }
}
