import { loadConfig } from '../config.ts'
import { seedDemo } from '../demo/seed.ts'
import { createDomains } from '../domains.ts'

const config = loadConfig(process.env)
const domains = createDomains(config)
try {
  const { showId } = await seedDemo(domains, config.dataDir)
  console.log(`demo is ready, its show is ${showId}`)
} finally {
  await domains.close()
}
