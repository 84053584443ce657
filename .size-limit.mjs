import { readFileSync } from 'node:fs'

/** What viewers load before the first frame, as it is built: `npm run check` holds it to these limits. */

const dist = 'client/dist'
const html = readFileSync(`${dist}/player/index.html`, 'utf8')
const firstFrame = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(
  ([, file]) => `${dist}/${file}`,
)
if (!firstFrame.some((file) => file.endsWith('.js'))) throw new Error('the player’s page loads no script')

export default [
  { name: 'player, before the first frame', path: firstFrame, gzip: true, limit: '35 kB' },
  {
    name: 'player in an embed, before the first frame',
    path: [...firstFrame, `${dist}/assets/embed-*.js`],
    gzip: true,
    limit: '35 kB',
  },
  { name: 'embed.js', path: `${dist}/embed.js`, gzip: true, limit: '3 kB' },
]
