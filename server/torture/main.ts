import { parseArgs } from 'node:util'
import { z } from 'zod'
import { torture } from './torture.ts'

/** `npm run torture -- [--seed N] [--kills K]` */

const { values } = parseArgs({ options: { seed: { type: 'string' }, kills: { type: 'string' } } })
const seed = z.coerce
  .number()
  .int()
  .min(0)
  .default(Math.floor(Math.random() * 1e9))
  .parse(values.seed)
const kills = z.coerce.number().int().min(1).max(100_000).default(20).parse(values.kills)

console.log(`\ntorture: seed ${seed}, ${kills} faults\n`)
const { faults, promises, violations } = await torture({
  seed,
  kills,
  say: (text) => console.log(`  ${text}`),
})

const shown = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([what, times]) => `  ${String(times).padStart(7)}  ${what}`)
    .join('\n')
console.log(`\nfaults\n${shown(faults)}\n\nwhat people did\n${shown(promises.done)}\n`)
for (const line of violations) console.log(`  violated: ${line}`)
console.log(
  `${promises.orders.size} orders, ${promises.tips.size} tips, ${promises.refunds.size} refunds and ${promises.payouts.size} payouts acknowledged, ${violations.length} violations; again with --seed ${seed} --kills ${kills}`,
)
process.exit(violations.length > 0 ? 1 : 0)
