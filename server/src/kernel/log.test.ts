import { expect, test } from 'vitest'
import { testDb } from '../../test/world.ts'
import { createLog } from './log.ts'

const db = await testDb()

test('an error of Postgres is logged without the row it quotes', async () => {
  const error = await db.sql`select ${'{"phone":"+8613800138000\\u0000"}'}::text::jsonb`.catch(
    (thrown: unknown) => thrown,
  )
  expect(JSON.stringify(error)).toContain('13800138000') // Postgres does quote it
  let written = ''
  const log = createLog('info', {
    write(line) {
      written += line
    },
  })
  log.error({ err: error }, 'request failed')
  log.error({ err: new Error('plain'), token: 'secret-token' }, 'another')
  expect(written).toContain('PostgresError')
  expect(written).toContain('plain')
  expect(written).not.toContain('13800138000')
  expect(written).not.toContain('secret-token')
})
