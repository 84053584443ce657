import type { Currency } from '@shelfcast/shared/money.ts'

/** What a provider is asked to collect. */
export interface Charge {
  /** Our name for it, and the key under which asking twice starts one payment. */
  paymentId: string
  amountMinor: number
  currency: Currency
  /** What the buyer reads beside the amount. */
  subject: string
  /**
   * When nothing is to be had for it any more, milliseconds. The provider takes money until then, and no longer than it
   * has to: the same for each asking, so that asking twice asks for the same.
   */
  expiresAt: number
  /** Where the buyer goes afterwards, when there is such a place. */
  returnUrl: string | null
}

/** What a provider says happened: of a verified notification, or as the answer to a question. */
export type PaymentEvent = {
  /** Of the notification; the same one delivered again has the same id. */
  id: string
  kind: 'captured' | 'failed'
  paymentId: string
  /** The provider's movement of money: one capture has one, however often it is told. */
  transactionId: string
  providerRef: string
  amountMinor: number
  currency: string
}

/** A refund that the provider will not carry out, whenever it is asked under this id. */
export class RefundRefused extends Error {
  readonly code: string

  /** @param code the provider's, for whoever has to pay the buyer another way */
  constructor(provider: string, code: string) {
    super(`${provider} refuses a refund: ${code}`)
    this.name = 'RefundRefused'
    this.code = code.slice(0, 100)
  }
}

export interface RefundRequest {
  /** Our name for it, and the key under which asking twice gives back once. */
  refundId: string
  /** The provider's name of the captured payment. */
  providerRef: string
  amountMinor: number
  /** What was captured in all. */
  capturedMinor: number
  currency: Currency
}

/** A movement of money in a provider's statement. */
export interface StatementLine {
  /** `payout`: to our bank, below zero for one that came back. `fee`: one that is of no charge or refund. */
  movement: 'charge' | 'refund' | 'payout' | 'fee'
  /** The provider's name of the movement. */
  ref: string
  /** Ours, of the payment or refund, where the provider hands it back. */
  name: string | null
  /** Positive, also of a refund. */
  amountMinor: number
  currency: string
  /** What the provider kept of it; below zero where it gave some back. Left out where the statement does not tell. */
  feeMinor?: number
  /** Where that is not the movement's. */
  feeCurrency?: string
}

export interface Statements {
  /** How far the provider's day is ahead of UTC. */
  readonly aheadMs: number
  /** All charges and refunds of a day, `YYYY-MM-DD`, with their fees, and what went to our bank where it tells; null while the provider has not closed it. */
  of(day: string): Promise<StatementLine[] | null>
}

/** A payment provider. Every call may be repeated; none is made inside a database transaction. */
export interface PaymentProvider {
  readonly name: string
  /** In which it collects. */
  readonly currencies: readonly Currency[]
  /** The body that tells it a notification was taken, where a status of success is not enough. */
  readonly taken?: string

  /**
   * Starts a payment. `payUrl` is the page where the buyer pays, or, with another scheme than http, what a QR code
   * holds that the buyer scans with the provider's app.
   */
  start(charge: Charge): Promise<{ providerRef: string; payUrl: string }>

  /**
   * Verifies a notification over the bytes that came. Null for one that is genuine and says nothing of a payment.
   * @throws Fault `webhook_signature` for a forged or stale one, `invalid_input` for one that makes no sense or is
   * meant for another merchant
   */
  parseWebhook(body: Buffer, headers: ReadonlyMap<string, string>): PaymentEvent | null

  /** What became of a payment, for when no notification came; null while it is open. */
  query(providerRef: string): Promise<PaymentEvent | null>

  /**
   * Gives money back.
   * @returns the provider's name for the refund; null while the provider works on it, to be asked again with the same id
   * @throws RefundRefused for good; any other error is one to ask again after
   */
  refund(request: RefundRequest): Promise<{ providerRef: string } | null>

  /** Left out where a provider's statements are not read. */
  readonly statements?: Statements
}
