import { loadConfig } from '../config.ts'
import { migrate } from '../kernel/migrate.ts'

const count = await migrate(loadConfig(process.env).databaseUrl)
console.log(`database is at migration ${count}`)
