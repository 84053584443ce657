import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What the demo's seed made: kept in the data folder, readable by its owner only; the sign-ins are printed once. */
const signIns = z.object({
  tenantId: z.string(),
  showId: z.string(),
  ownerId: z.string(),
  /** Whose seat the film has; nobody signs in as them. */
  filmHostId: z.string(),
  crowdIds: z.array(z.string()).min(1),
  printed: z.boolean().default(false),
  people: z.array(z.object({ role: z.string(), login: z.string(), password: z.string() })),
})
export type DemoSignIns = z.infer<typeof signIns>

export const demoFile = (dataDir: string) => join(dataDir, 'demo.json')

export function demoSignIns(dataDir: string): DemoSignIns | null {
  try {
    return signIns.parse(JSON.parse(readFileSync(demoFile(dataDir), 'utf8')))
  } catch {
    return null
  }
}

export function keepDemoSignIns(dataDir: string, demo: DemoSignIns): void {
  writeFileSync(demoFile(dataDir), `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 })
}
