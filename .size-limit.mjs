import { readFileSync } from 'node:fs'
import { buildSync } from 'esbuild'

/** What viewers load before the first frame, as it is built: `npm run check` holds it to these limits. */

const dist = 'client/dist'
const html = readFileSync(`${dist}/player/index.html`, 'utf8')
const firstFrame = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(
  ([, file]) => `${dist}/${file}`,
)
if (!firstFrame.some((file) => file.endsWith('.js'))) throw new Error('the player’s page loads no script')

/** The room's client by itself, as somebody else's page would take it. */
const room = 'node_modules/.cache/size-limit/room.js'
buildSync({ entryPoints: ['client/kit/room.ts'], bundle: true, minify: true, format: 'esm', outfile: room })

export default [
  { name: 'player, before the first frame', path: firstFrame, gzip: true, limit: '35 kB' },
  {
    name: 'player in an embed, before the first frame',
    path: [...firstFrame, `${dist}/assets/embed-*.js`],
    gzip: true,
    limit: '35 kB',
  },
  { name: 'the room’s client alone', path: room, gzip: true, limit: '4 kB' },
  { name: 'embed.js', path: `${dist}/embed.js`, gzip: true, limit: '3 kB' },
]
