import type { Currency } from '@shelfcast/shared/money.ts'

/** What a provider is asked to collect. */
export interface Charge {
  /** Our name for it, and the key under which asking twice starts one payment. */
  paymentId: string
  amountMinor: number
  currency: Currency
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

export interface RefundRequest {
  /** Our name for it, and the key under which asking twice gives back once. */
  refundId: string
  /** The provider's name of the captured payment. */
  providerRef: string
  amountMinor: number
  currency: Currency
}

/** A payment provider. Every call may be repeated; none is made inside a database transaction. */
export interface PaymentProvider {
  readonly name: string

  start(charge: Charge): Promise<{ providerRef: string; payUrl: string }>

  /**
   * Verifies a notification over the bytes that came.
   * @throws Fault `webhook_signature` for a forged or stale one, `invalid_input` for one that makes no sense
   */
  parseWebhook(body: Buffer, headers: ReadonlyMap<string, string>): PaymentEvent

  /** What became of a payment, for when no notification came; null while it is open. */
  query(providerRef: string): Promise<PaymentEvent | null>

  /** Gives money back. @returns the provider's name for the refund */
  refund(request: RefundRequest): Promise<{ providerRef: string }>
}
