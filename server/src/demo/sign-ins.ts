import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What the demo's seed made: kept in the data folder, readable by its owner only, and printed at each start. */
const signIns = z.object({
  tenantId: z.string(),
  showId: z.string(),
  people: z.array(z.object({ role: z.string(), login: z.string(), password: z.string() })),
})
export type DemoSignIns = z.infer<typeof signIns>

const fileIn = (dataDir: string) => join(dataDir, 'demo.json')

export function demoSignIns(dataDir: string): DemoSignIns | null {
  try {
    return signIns.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')))
  } catch {
    return null
  }
}

export function keepDemoSignIns(dataDir: string, demo: DemoSignIns): void {
  writeFileSync(fileIn(dataDir), `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 })
}
