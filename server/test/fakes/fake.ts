import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PaymentProvider } from '../../src/payments/index.ts'

/** A notification as it comes over the wire. */
export interface Notification {
  body: Buffer
  headers: Map<string, string>
}

/** How a notification differs from the truth. Everything but `key`, `stale` and `body` is signed rightly. */
export interface Lie {
  key?: 'another'
  stale?: true
  body?: 'changed'
  amountMinor?: number
  currency?: string
  merchant?: 'another'
  paymentId?: string
}

/** A payment provider's other side: it checks what we sign, keeps its own books, and lies when told to. */
export interface FakeProvider {
  readonly provider: PaymentProvider
  /** What the contract suite leaves out: lies that this provider's format has no place for. */
  readonly cannot: readonly (keyof Lie)[]
  /** The buyer pays, or the payment comes to nothing. Nobody is told. */
  settle(providerRef: string, as: 'paid' | 'failed'): Promise<void>
  /** A new notification of what became of a payment. Without `copyOf` it has an id of its own. */
  tell(providerRef: string, lie?: Lie): Promise<Notification>
  /** A genuine notification of something that is no news of a payment. */
  small(): Promise<Notification>
  /** Until when the buyer can pay, as the provider was told. */
  payableUntil(providerRef: string): Promise<number>
  /** How many payments were started, in all. */
  started(): number
  refunded(providerRef: string): Promise<number>
  /** The next `count` requests are carried out, and their answers lost. */
  loseAnswers(count: number): void
  /** The next `count` answers are signed by somebody else, where answers are signed. */
  forgeAnswers(count: number): void
  /** Refunds stay under way until `finishRefunds`, where this provider has such a state. */
  slowRefunds?(slow: boolean): void
  /** How this provider refuses a refund for good, by the codes that it tells. */
  readonly refusals: readonly string[]
  /** Refuses every new refund like that; null does what is asked again. */
  refuseRefunds(code: string | null): void
  /** The day on which this provider books everything, where it has statements to ask for: one that is over. */
  readonly bookedOn?: string
  /** What its statement says that it kept of a charge and of a refund. */
  readonly fees?: { charge: number; refund: number }
  close(): Promise<void>
}

export interface FakeRequest {
  method: string
  url: URL
  headers: Map<string, string>
  body: string
}
export interface FakeAnswer {
  status: number
  body: string | Buffer
  headers?: Record<string, string>
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** An HTTP server on a free loopback port that can lose its answers. */
export async function fakeServer(answer: (request: FakeRequest) => FakeAnswer) {
  let losing = 0
  const server = createServer((request, response) => {
    const answered = read(request).then((body) => {
      const headers = new Map(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
      )
      const said = answer({
        method: request.method ?? '',
        url: new URL(request.url ?? '/', 'http://fake'),
        headers,
        body,
      })
      if (losing > 0) {
        losing--
        request.socket.destroy()
        return
      }
      response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers }).end(said.body)
    })
    answered.catch(() => request.socket.destroy()) // whoever asked went away in the middle of it
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswers(count: number) {
      losing = count
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const must = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('the fake provider knows nothing of that')
  return value
}

/** A day that is over everywhere. */
export const dayBeforeYesterday = (): string =>
  new Date(Date.now() - 48 * 3600_000).toISOString().slice(0, 10)
