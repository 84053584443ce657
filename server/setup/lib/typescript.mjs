import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inRoot } from './paths.mjs'

/**
 * The command that runs one of the server's TypeScript files. Node 20 cannot, so tsx does on every
 * Node. It is looked up as the server would: npm may put it in either node_modules.
 * @param {string} file relative to the checkout
 * @returns {string[]} arguments of node
 */
export const typeScript = (file) => ['--import', join(tsxDir(), 'dist/esm/index.mjs'), inRoot(file)]

/**
 * What node runs the server with. What a rush makes, a young generation of 64 MB lets die there: `bench -- flash` took
 * a fifth less processor time than with node's 16.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=64']

/**
 * The same, started anew whenever the file or what it imports changes.
 * @param {string} file
 * @returns {string[]} arguments of node
 */
export const watchedTypeScript = (file) => [
  join(tsxDir(), 'dist/cli.mjs'),
  'watch',
  '--clear-screen=false',
  // Redis scripts are read, not imported.
  '--include',
  inRoot('server/src/**/*.lua'),
  inRoot(file),
]

function tsxDir() {
  const require = createRequire(inRoot('server/package.json'))
  return dirname(require.resolve('tsx/package.json'))
}
