import { connect, createServer, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { testDatabaseUrl, testDb } from '../../test/world.ts'
import { createDb } from './db.ts'

const db = await testDb()

test.each([
  { texts: [] },
  { texts: ['a', '', 'NULL', 'null', ' a b ', '{}', 'a,b', '"', '\\', '\\"', '\n', '浙江'] },
  { texts: ['a', null, 'b'] },
])('an array of texts goes to Postgres and comes back: %j', async ({ texts }) => {
  const [row] = await db.sql`
    select ${texts}::text[] as texts, array_length(${texts}::text[], 1) as length,
      ${JSON.stringify(texts)}::text::jsonb = to_jsonb(${texts}::text[]) as same`
  expect(row).toEqual({ texts, length: texts.length || null, same: true })
})

test('arrays of other types go and come back too', async () => {
  const [counters, shares, flags] = [
    [0, -7, 2 ** 52],
    [0.5, -1e-9],
    [true, false, null],
  ]
  const [times, documents] = [
    [new Date(0), new Date(1_795_000_000_123)],
    [{ a: '"\\' }, [1], 'b'],
  ]
  const [row] = await db.sql`
    select ${counters}::bigint[] as counters, ${[3]}::int[] as ints, ${shares}::float8[] as shares,
      array[true, false, null]  as flags, ${times.map((time) => time.toISOString())}::timestamptz[] as times,
      array(select jsonb_array_elements(${JSON.stringify(documents)}::text::jsonb)) as documents`
  expect(row).toEqual({ counters, ints: [3], shares, flags, times, documents })
})

test('whoever asks hears that the connection broke, and nobody else does', async () => {
  const url = new URL(await testDatabaseUrl())
  let breaking = 3
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(url.port), url.hostname)
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}))
    near.on('data', (bytes) => far.write(bytes))
    let opened = false
    far.on('data', (bytes) => {
      if (opened && breaking-- > 0)
        near.resetAndDestroy() // as of a Postgres that was killed
      else near.write(bytes)
      opened ||= bytes.includes('Z\x00\x00\x00\x05I') // ReadyForQuery
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxied = new URL(url)
  proxied.port = String((server.address() as { port: number }).port)
  const client = createDb(proxied.href, { connectionsMax: 1, statementTimeoutMs: 5000 })
  afterAll(async () => {
    await client.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const unheard: unknown[] = []
  const listener = (error: unknown) => void unheard.push(error)
  process.on('unhandledRejection', listener)
  const answers: string[] = []
  while (breaking > 0 || answers.at(-1) !== 'ok') {
    const answer = await client.sql`select 1`.then(
      () => 'ok',
      (error: { code?: string }) => String(error.code),
    )
    answers.push(answer)
  }
  process.off('unhandledRejection', listener)
  expect(unheard).toEqual([])
  expect(answers).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET', 'ok'])
})
