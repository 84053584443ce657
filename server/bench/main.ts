import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { keepAwake } from './lib/awake.ts'
import type { Bench, Row } from './lib/bench.ts'
import { tableOf } from './lib/table.ts'

/** `npm run bench -- <name> [--json FILE]`: Shelfcast and its alternatives, side by side in one run. */

const BENCHES: Record<string, () => Promise<{ default: Bench }>> = {
  checkout: () => import('./checkout/bench.ts'),
  flash: () => import('./flash/bench.ts'),
  glass: () => import('./stage/glass.ts'),
  join: () => import('./stage/join.ts'),
  rooms: () => import('./rooms/bench.ts'),
  'rooms-growth': () => import('./rooms/growth.ts'),
  encoding: () => import('./rooms/encoding.ts'),
  nodes: () => import('./rooms/nodes.ts'),
  slow: () => import('./rooms/slow.ts'),
  replay: () => import('./rooms/replay.ts'),
  stage: () => import('./stage/bench.ts'),
  storm: () => import('./rooms/storm.ts'),
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const [name = ''] = positionals
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined
if (!load) {
  console.error(`npm run bench -- <name> [--json FILE]\n  names: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}

const { default: bench } = await load()
const isAwake = bench.readsCpu === true && keepAwake()
console.log(`\n${bench.title}${isAwake ? '; cores kept awake' : ''}\n`)
if (bench.readsCpu && !isAwake)
  console.log('  no `chrt` here: cores fall asleep, and waking them is part of the CPU\n')
const rows: Row[] = await bench.run((text) => console.log(`  ${text}`))
console.log(`\n${tableOf(rows)}\n`)
for (const line of bench.reading(rows)) console.log(line)

if (values.json !== undefined) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
  const report = { name, at: new Date().toISOString(), machine, isAwake, rows }
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
  console.log(`\nwritten to ${values.json}`)
}
process.exit(0)
