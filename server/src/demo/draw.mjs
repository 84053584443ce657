/**
 * Draws SVGs as PNG files, in a process of its own: the server's has SVG blocked, whose drawing of foreign files is
 * a way in. Plain JavaScript, so that any Node runs it. Reads `{ name: svg }` as JSON; `draw.mjs <folder>`.
 */
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import sharp from 'sharp'

const folder = process.argv[2] ?? '.'
for (const [name, svg] of Object.entries(JSON.parse(await text(process.stdin)))) {
  await sharp(Buffer.from(String(svg)))
    .png({ compressionLevel: 3 })
    .toFile(join(folder, name))
}
