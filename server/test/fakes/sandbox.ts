import { systemClock } from '../../src/kernel/clock.ts'
import type { Db } from '../../src/kernel/db.ts'
import { newId } from '../../src/kernel/ids.ts'
import { createSandbox } from '../../src/payments/index.ts'
import { signedHeaders } from '../../src/payments/sandbox/signature.ts'
import { SANDBOX_KEY } from '../commerce.ts'
import { silentLog } from '../world.ts'
import { type FakeProvider, must } from './fake.ts'

/** The sandbox by the same interface. It has no wire: a lost answer is one that is thrown away. */
export async function fakeSandbox(db: Db): Promise<FakeProvider> {
  const sandbox = createSandbox({
    db,
    key: SANDBOX_KEY,
    publicUrl: 'https://live.example',
    webhookUrl: 'http://127.0.0.1:1/',
    clock: systemClock,
    log: silentLog,
  })
  const known = new Set<string>()
  let losing = 0
  let refusing = false
  const maybeLost = <T>(answer: T): T => {
    if (losing > 0) {
      losing--
      throw new Error('socket hang up')
    }
    return answer
  }
  const provider: FakeProvider['provider'] = {
    ...sandbox.provider,
    async start(charge) {
      const made = await sandbox.provider.start(charge)
      known.add(made.providerRef)
      return maybeLost(made)
    },
    query: async (ref) => maybeLost(await sandbox.provider.query(ref)),
    async refund(request) {
      const choice = refusing ? 'no_refunds' : 'success'
      await db.sql`update sandbox_payments set choice = ${choice} where ref = ${request.providerRef} and choice <> 'decline'`
      return maybeLost(await sandbox.provider.refund(request))
    },
  }
  const signed = (event: { id: string }, key = SANDBOX_KEY, atMs = Date.now()) => {
    const body = Buffer.from(JSON.stringify(event))
    return { body, headers: new Map(Object.entries(signedHeaders(key, event.id, atMs, body))) }
  }
  return {
    provider,
    cannot: ['merchant'],
    async settle(ref, as) {
      await db.sql`
        update sandbox_payments set choice = ${as === 'paid' ? 'success' : 'decline'}, decided_at = now() where ref = ${ref}`
    },
    async tell(ref, lie = {}) {
      const event = must(await sandbox.provider.query(ref))
      const { amountMinor = event.amountMinor, currency = event.currency, paymentId = event.paymentId } = lie
      const told = { ...event, id: newId('log'), amountMinor, currency, paymentId }
      const key = lie.key ? new Uint8Array(32) : SANDBOX_KEY
      const made = signed(told, key, Date.now() - (lie.stale ? 3600_000 : 0))
      return lie.body ? { ...made, body: Buffer.from(JSON.stringify({ ...told, amountMinor: 1 })) } : made
    },
    small: () => Promise.reject(new Error('the sandbox tells of payments alone')),
    payableUntil: async (ref) => must((await sandbox.find(ref))?.expiresAt),
    started: () => known.size,
    async refunded(ref) {
      const [row] = await db.sql<{ sum: number }[]>`
        select coalesce(sum(amount_minor), 0)::bigint as sum from sandbox_refunds where ref = ${ref}`
      return must(row).sum
    },
    loseAnswers(count) {
      losing = count
    },
    forgeAnswers() {},
    refusals: ['account_closed'],
    refuseRefunds(code) {
      refusing = code !== null
    },
    async close() {
      sandbox.close()
    },
  }
}
