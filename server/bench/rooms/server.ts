import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { serverCommand, serverOptions, stamped } from './job.ts'
import { otherServer } from './others.ts'
import { shelfcastServer } from './ours.ts'

/** One row's server, a process of its own. */

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const options = serverOptions.parse(JSON.parse(process.argv[2] ?? ''))
const server =
  options.kind === 'shelfcast'
    ? await shelfcastServer(options)
    : await otherServer(options.kind, options.recovery)
let timer: NodeJS.Timeout | null = null

/** It grows with what is made, up to its bound, and is kept: brought there first, it is no part of what viewers cost. */
function growYoungGeneration(): void {
  let kept: number[][] = []
  for (let n = 0; n < 3_000_000; n++) {
    kept.push([n, n, n])
    if (kept.length > 300_000) kept = []
  }
}

process.on('message', async (message) => {
  const command = serverCommand.parse(message)
  if (command.do === 'memory') {
    growYoungGeneration()
    collect()
    collect() // what the first round's finalisers let go of
    const { total_physical_size: held, used_heap_size: used } = getHeapStatistics()
    process.send?.({ residentBytes: process.memoryUsage.rss() - held + used }) // without what V8 keeps in reserve
  } else if (command.do === 'drops') process.send?.({ drops: await server.drops() })
  else {
    if (timer) clearInterval(timer)
    if (command.perS > 0)
      timer = setInterval(() => void server.state(options.rooms[0]!, stamped('#')), 1000 / command.perS)
  }
})
if (options.kind !== 'shelfcast') process.on('SIGTERM', () => process.exit(0))
process.send?.({ port: server.port })
