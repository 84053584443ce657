import { spawnSync } from 'node:child_process'
import { aptInstall, canApt, installLine } from '../lib/apt.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { which } from '../lib/which.mjs'

const DEBIAN_PACKAGES = [
  'meson',
  'ninja-build',
  'pkg-config',
  'g++',
  'libssl-dev',
  'libuv1-dev',
  'libsrtp2-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
]
const PROGRAMS = ['meson', 'ninja', 'pkg-config', 'g++', 'flatc']
const LIBRARIES = ['openssl', 'libuv', 'libsrtp2', 'absl_strings', 'flatbuffers']

/** What the build needs and this machine lacks. */
function missingBuildTools() {
  const programs = PROGRAMS.filter((name) => !which(name))
  // Without pkg-config nothing is known of the libraries.
  if (programs.includes('pkg-config')) return [...programs, ...LIBRARIES]
  return [
    ...programs,
    ...LIBRARIES.filter((name) => spawnSync('pkg-config', ['--exists', name]).status !== 0),
  ]
}

/** The one line that gets them. */
const installTools = () =>
  installLine({ apt: DEBIAN_PACKAGES.join(' '), other: `${missingBuildTools().join(', ')} (with headers)` })

/** What a build would mean here, for a reader who has not decided yet. */
export const buildOutlook = () =>
  canApt() || missingBuildTools().length === 0
    ? 'or else built here (about 4 minutes)'
    : `or else built here, which needs: ${installTools()}`

/** @throws {SetupProblem} */
export async function ensureBuildTools() {
  if (missingBuildTools().length > 0 && canApt()) await aptInstall(DEBIAN_PACKAGES)
  const missing = missingBuildTools()
  if (missing.length === 0) return
  throw new SetupProblem({
    text: `To build mediasoup's worker, this machine lacks ${missing.join(', ')}`,
    why: "mediasoup's worker carries all video, and no prebuilt one could be downloaded.",
    fix: installTools(),
  })
}
