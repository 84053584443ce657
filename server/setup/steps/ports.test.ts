import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { whyNotTcp, whyNotUdp } from '../lib/ports.mjs'
import { findPorts } from './ports.mjs'

const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

async function takenTcp(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function takenUdp(): Promise<number> {
  const socket = createSocket('udp4')
  open.push(socket)
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket.address().port
}

/** The one before it is free. */
async function takenBehindFree(take: () => Promise<number>): Promise<number> {
  for (;;) {
    const port = await take()
    const why = (await whyNotTcp(port - 1)) ?? (await whyNotUdp(port - 1, '127.0.0.1'))
    if (why === null) return port
  }
}

/** Of which nobody makes use here. */
const FREE = { PORT: '18080', MEDIA_PORT: '18400', MEDIA_WORKERS: '2' }
const found = (env: Record<string, string>) => findPorts({ env: { ...FREE, ...env } })

test('free ports are found', async () => {
  expect(await found({})).toMatchObject({ state: 'ready', value: 18080 })
})

test('a port that is taken is said, with another one', async () => {
  const port = await takenTcp()
  expect(await found({ PORT: String(port) })).toMatchObject({
    state: 'blocked',
    text: `port ${port} is taken by another program`,
    fix: `PORT=${port + 1} npm start`,
  })
})

test.each([
  ['TCP', takenTcp],
  ['UDP', takenUdp],
])('so is one that a media worker wants and that is taken for %s, the last one too', async (_, take) => {
  const port = await takenBehindFree(take)
  expect(await found({ MEDIA_PORT: String(port - 1) })).toMatchObject({
    state: 'blocked',
    text: expect.stringContaining(`port ${port}, by which video comes and goes, is taken`),
    fix: `MEDIA_PORT=${port + 99} npm start`,
  })
})

test.each(['HOST', 'MEDIA_IP'])('%s that is no address of this machine is said', async (name) => {
  expect(await found({ [name]: '192.0.2.1' })).toMatchObject({
    state: 'blocked',
    text: `${name} is 192.0.2.1, which is no address of this machine`,
    fix: `${name}=127.0.0.1 npm start`,
  })
})

test.each([
  ['PORT', ['http', '0', '65536', '80.5']],
  ['MEDIA_PORT', ['video', '0', '65535']], // the second worker's would be the next
  ['MEDIA_WORKERS', ['all', '-1', '65']],
])('%s out of its range is said', async (name, wrong) => {
  for (const value of wrong)
    expect(await found({ [name]: value })).toMatchObject({
      state: 'blocked',
      text: expect.stringContaining(`${name} is no whole number from 1 to`),
    })
})
