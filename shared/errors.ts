/**
 * The one catalogue of everything that can go wrong on purpose. HTTP answers carry the code in an RFC 9457
 * problem document, sockets in an `ack` or a close frame, and the clients translate it for people.
 *
 * `status` HTTP status · `close` WebSocket close code where the connection ends · `retry` whether the same
 * request can succeed later without a change · `title` one English line for developers.
 */
export interface ErrorEntry {
  readonly status: number
  readonly title: string
  readonly retry: boolean
  readonly close?: number
}

const entry = (
  status: number,
  title: string,
  more: { retry?: boolean; close?: number } = {},
): ErrorEntry => ({
  status,
  title,
  retry: more.retry ?? false,
  ...(more.close ? { close: more.close } : {}),
})

export const ERRORS = {
  // The request itself
  bad_json: entry(400, 'The body is not valid JSON.', { close: 4400 }),
  invalid_input: entry(422, 'A field has a wrong value; see `issues`.', { close: 4422 }),
  unknown_message: entry(400, 'This message type does not exist in this protocol version.', { close: 4404 }),
  payload_too_large: entry(413, 'The body is larger than this route accepts.', { close: 4413 }),
  body_too_slow: entry(408, 'The body did not arrive in time.', { retry: true }),
  picture_refused: entry(422, 'The file is not a picture that can be shown; `extra.why` tells the reason.'),
  unsupported_media_type: entry(415, 'The content type is not accepted here.'),
  method_not_allowed: entry(405, 'This address does not take this method.'),
  not_found: entry(404, 'There is nothing here, or it is not yours to see.'),
  idempotency_key_missing: entry(400, 'This write needs an Idempotency-Key header.'),
  idempotency_key_reused: entry(422, 'This Idempotency-Key was used for a different request.'),
  too_many_requests: entry(429, 'Too many requests; wait for the time in Retry-After.', {
    retry: true,
    close: 4429,
  }),
  internal: entry(500, 'Something broke on our side; it was logged.', { retry: true, close: 1011 }),
  unavailable: entry(503, 'A part of the server is not ready; try again shortly.', {
    retry: true,
    close: 1013,
  }),

  // Who is asking
  not_signed_in: entry(401, 'Sign in first.'),
  wrong_credentials: entry(401, 'No account has this login and password.'),
  login_taken: entry(409, 'An account with this login exists already.'),
  slug_taken: entry(409, 'Another tenant has this short name.'),
  last_owner: entry(409, 'A tenant keeps at least one owner.'),
  account_needed: entry(403, 'Guests cannot do this; sign in or sign up first.'),
  scope_missing: entry(403, 'Your role does not allow this.'),
  origin_refused: entry(403, 'This origin may not do this.', { close: 4403 }),
  own_page_needed: entry(403, 'An embedded player cannot do this; it is done on a page of this server.'),
  sign_in_code_invalid: entry(401, 'The sign-in code is not valid, expired, or was used already.'),
  identity_invalid: entry(
    401,
    'The identity token is not valid here, expired, or was used already; see `detail`.',
  ),
  too_many_keys: entry(409, 'There are as many keys as a tenant may have; revoke one first.'),
  ticket_invalid: entry(401, 'The ticket is not valid, expired, or is for another show.', { close: 4401 }),

  mailed_link_invalid: entry(410, 'This link was used before, has expired, or a newer one was sent.'),
  email_needed: entry(409, 'This needs an e-mail address, and the account has none.'),
  setup_code_invalid: entry(
    403,
    'The set-up code is wrong or has expired; a restart of the server prints another.',
  ),
  too_many_addresses: entry(409, 'The address book is full.'),
  too_many_reminders: entry(409, 'There are too many reminders; take one back first.'),
  show_not_scheduled: entry(409, 'Only a show that has not begun can be reminded of.'),
  business_unfinished: entry(
    409,
    'An order is unpaid, on its way or being refunded, or a payment is under way.',
  ),
  commission_left: entry(409, 'A host’s share is not paid out yet; ask for it first.'),
  coins_left: entry(409, 'There are coins in the wallet; they are lost with the account.'),

  // Shows and rooms
  show_not_live: entry(409, 'The show is not live.'),
  show_on_air: entry(409, 'The show is still on the air; end it first.'),
  show_ended: entry(409, 'The show has ended.', { close: 4410 }),
  protocol_unsupported: entry(426, 'This version of the room protocol is not spoken here; reload.', {
    close: 4426,
  }),
  join_expected: entry(400, 'A room connection starts with `join`, in time and once.', { close: 4406 }),
  evicted: entry(403, 'You were taken out of this room.', { close: 4409 }),
  show_transition_refused: entry(409, 'The show cannot go from its present status to that one.'),
  host_seat_taken: entry(409, 'All seats on the stage of this show are taken.'),
  invite_invalid: entry(410, 'This invitation was accepted by somebody else, taken back, or has expired.'),
  too_many_invites: entry(409, 'There are as many invitations as a show may have; take one back first.'),
  not_leading: entry(403, 'Only who runs the show can do this.'),
  cannot_lead: entry(409, 'Only somebody who hosts for the merchant can run the show.'),
  battle_open: entry(409, 'One of the two shows has a battle, or an open challenge.'),
  battle_gone: entry(409, 'This battle is not what it was: the challenge is void, or the battle has ended.'),
  battle_code_invalid: entry(410, 'This battle code is forged, too old, or of a show that is not live.'),
  host_elsewhere: entry(409, 'You are on stage in another window; take over to go on here.'),
  room_full: entry(503, 'The room is full.', { retry: true, close: 4503 }),
  banned: entry(403, 'The merchant lets you into their shows no more.'),
  not_bannable: entry(409, 'Who works for the tenant cannot be banned.'),
  muted: entry(403, 'You are muted in this room for now.'),
  chat_too_fast: entry(429, 'You are chatting too fast.', { retry: true }),
  too_slow: entry(503, 'The connection fell too far behind; join again.', { retry: true, close: 4408 }),
  server_draining: entry(503, 'This server is going away; connect again.', { retry: true, close: 4012 }),

  // Stage
  stage_full: entry(503, 'The stage has no room for more shows or viewers now.', { retry: true }),
  media_not_ready: entry(409, 'The host sends no picture yet.', { retry: true }),
  reload_refused: entry(400, 'The playlist cannot be asked for like that; load it without directives.'),
  sdp_refused: entry(422, 'The session description cannot be used.'),
  sdp_malformed: entry(400, 'The body is not a session description.'),
  stream_key_invalid: entry(401, 'The stream key is not valid; it may have been replaced.'),
  no_current_show: entry(404, 'This stream key has no show to go on air with; schedule one first.'),
  etag_needed: entry(428, 'This request needs an If-Match header.'),
  etag_mismatch: entry(412, 'The session has changed; fetch it again.'),

  // Stock and orders
  sold_out: entry(409, 'Not enough is left.'),
  buyer_limit: entry(409, 'This is more than one buyer may have.'),
  order_ticket_needed: entry(
    403,
    'A flash sale takes orders from who is in its show: the Order-Ticket is missing, expired, or not for this show and person.',
    { retry: true },
  ),
  sale_not_running: entry(409, 'The flash sale is not running.'),
  sale_busy: entry(409, 'Too many orders of this flash sale wait for payment; try again in a moment.', {
    retry: true,
  }),
  waiting_list_closed: entry(409, 'This flash sale has no waiting list, or none is needed: there are units.'),
  waiting_list_full: entry(409, 'The waiting list is as long as it may be.'),
  offer_over: entry(409, 'No unit is set aside for this buyer, or not any more.'),
  too_many_campaigns: entry(409, 'A SKU has as many campaign prices ahead as it may have; end one first.'),
  sale_conflict: entry(409, 'This SKU already has a flash sale that is open.'),
  sale_terms_exceeded: entry(
    422,
    'That goes beyond what the merchant allowed for this flash sale; `term` names it.',
  ),
  sale_transition_refused: entry(409, 'The flash sale cannot do that in its present status.'),
  region_not_served: entry(409, 'Nothing is delivered to this address.'),
  price_changed: entry(409, 'The price has changed; show the new one to the buyer.'),
  too_many_unpaid: entry(409, 'There are too many orders that wait for payment; pay or cancel one.'),
  product_unavailable: entry(409, 'This product cannot be bought at the moment.'),
  order_transition_refused: entry(409, 'The order cannot do that in its present status.'),
  parcel_too_large: entry(409, 'That is more than is left to be shipped of this line.'),
  payout_too_large: entry(409, 'That is more than is available.'),
  payout_closed: entry(409, 'That payout was already paid or refused.'),
  refund_settled: entry(409, 'Somebody has seen to that refund already.'),
  refund_too_large: entry(409, 'That is more than is left to be refunded.'),
  address_region_fixed: entry(409, 'Delivery was priced for this country and region; they cannot change.'),
  too_many_notes: entry(409, 'There are as many notes as an order may have.'),
  stock_below_zero: entry(409, 'That would take away more stock than is available.'),

  // Money
  payment_provider_off: entry(409, 'This payment provider is not configured.'),
  payment_not_payable: entry(409, 'There is nothing to pay here any more.'),
  webhook_signature: entry(401, 'The signature of this notification is wrong.'),
  not_enough_coins: entry(409, 'There are not enough coins in the wallet.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** RFC 9457 problem document, as every HTTP error answers it (`application/problem+json`). */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  retry: boolean
  /** What was wrong this time, in a sentence; never holds a secret. */
  detail?: string
  /** For `invalid_input`: which field and what was expected. */
  issues?: { path: string; message: string }[]
  /** What the reader may need to go on, e.g. `{ totalMinor }` with `price_changed`. */
  extra?: Record<string, unknown>
}
