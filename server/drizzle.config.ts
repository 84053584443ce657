import { defineConfig } from 'drizzle-kit'

/** `npx drizzle-kit generate --config server/drizzle.config.ts --name <what>` writes the next migration. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './server/src/*/tables.ts',
  out: './migrations',
})
