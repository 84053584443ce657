/// <reference lib="dom" />
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { which } from '../setup/lib/which.mjs'
import { merchant, signedUp, testApp } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'
import { freePort } from './ports.ts'
import { until } from './stage.ts'

/**
 * A network that lets nothing but TURN through: coturn with the configuration of docker-compose.yml, the credentials that
 * the server makes, and a Chromium that may use relayed candidates alone. `server/setup/steps/coturn.mjs` installs it.
 */

const program = which('turnserver')
const missing = program ? '' : ' (skipped: coturn is not on this machine)'
const SECRET = 'a shared secret of this test'

describe.skipIf(!program)(`TURN${missing}`, async () => {
  const port = await freePort()
  const turn = await startCoturn(port)
  const app = await testApp({
    ICE_SERVERS: `turn:127.0.0.1:${port}?transport=udp,turn:127.0.0.1:${port}?transport=tcp`,
    TURN_SECRET: SECRET,
  })
  const shop = await merchant(app)
  const browser = await testBrowser()
  const relayed = async (token: string, protocol: string) => {
    const window = await windowOf(browser, app.url, token)
    await window.context.addInitScript(relayOnly, protocol)
    return window.page
  }
  afterAll(() => turn.kill('SIGKILL'))

  beforeAll(async () => {
    const host = await relayed(shop.owner.token, 'udp')
    await host.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await host.getByTestId('go-live').click({ timeout: 15_000 })
    await host.getByTestId('on-air').waitFor({ timeout: 30_000 })
    await onRelaysAlone(host)
  }, 60_000)

  test.each(['udp', 'tcp'])(
    'a host and a viewer see each other over relays, the viewer by %s',
    async (protocol) => {
      const viewer = await relayed((await signedUp(app)).token, protocol)
      await viewer.goto(`${app.url}/s/${shop.show.id}`)
      await framesAdvance(viewer)
      await onRelaysAlone(viewer)
    },
    60_000,
  )

  test('another secret opens nothing', async () => {
    const { page } = await windowOf(browser, app.url)
    await page.goto(`${app.url}/healthz`)
    const urls = `turn:127.0.0.1:${port}?transport=udp`
    const forged = { urls, username: `${Math.floor(Date.now() / 1000) + 60}:per_1`, credential: 'forged' }
    expect(await page.evaluate(relaysFor, forged)).toBe(0)
    const { username = '', credential = '' } = app.domains.stage.iceServersFor('per_1')[0]!
    expect(await page.evaluate(relaysFor, { urls, username, credential })).toBeGreaterThan(0)
  }, 60_000)
})

/** On loopback, which it refuses as deployed; all else is the configuration that people run. */
async function startCoturn(port: number) {
  const config = fileURLToPath(new URL('../deploy/turnserver.conf', import.meta.url))
  const loopback = ['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--allow-loopback-peers']
  const own = [
    `--listening-port=${port}`,
    '--allowed-peer-ip=127.0.0.1',
    '--no-tls',
    '--no-dtls',
    '--pidfile=/dev/null',
  ]
  const args = ['-c', config, '--realm=test', `--static-auth-secret=${SECRET}`, ...loopback, ...own]
  const turn = spawn(program!, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(turn.stdout, 'data')
  turn.stdout.resume()
  return turn
}

/** In the page, before its scripts: every connection may use relays of one protocol alone. */
function relayOnly(protocol: string): void {
  const Real = RTCPeerConnection
  const all: RTCPeerConnection[] = []
  const Relayed = class extends Real {
    constructor(given: RTCConfiguration = {}) {
      const iceServers = (given.iceServers ?? []).map((one) => ({
        ...one,
        urls: [one.urls].flat().filter((url) => url.endsWith(protocol)),
      }))
      super({ ...given, iceServers, iceTransportPolicy: 'relay' })
      all.push(this)
    }
  }
  Object.assign(window, { RTCPeerConnection: Relayed, connections: all })
}

/** A pair is chosen some moments before or after what the page shows. */
async function onRelaysAlone(page: Page): Promise<void> {
  const kinds = await until(async () => {
    const found = await pairsOf(page)
    return found.length > 0 && found
  }, 10_000)
  expect(kinds).toEqual(['relay'])
}

/** Which kinds of local candidates the page's connections are on. */
const pairsOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { connections } = window as unknown as { connections: RTCPeerConnection[] }
    const kinds = new Set<string>()
    for (const connection of connections) {
      const stats = [
        ...((await connection.getStats()) as unknown as Map<string, Record<string, string>>).values(),
      ]
      const chosen = stats
        .filter(({ type }) => type === 'transport')
        .map((one) => one.selectedCandidatePairId)
      const pairs = stats.filter(({ type, id }) => type === 'candidate-pair' && chosen.includes(id))
      const locals = pairs.map(({ localCandidateId }) => stats.find(({ id }) => id === localCandidateId))
      for (const local of locals) if (local?.candidateType) kinds.add(local.candidateType)
    }
    return [...kinds]
  })

/** In the page: how many relays a TURN server gives for some credentials. */
async function relaysFor(server: RTCIceServer): Promise<number> {
  const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' })
  connection.addTransceiver('audio')
  let relays = 0
  const gathered = new Promise<void>((resolve) => {
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null) resolve()
      else if (candidate.type === 'relay') relays += 1
    }
  })
  await connection.setLocalDescription()
  await gathered
  connection.close()
  return relays
}
