import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import { ApiError } from './api.ts'
import { dictionary } from './i18n.ts'

export { codeOf } from './api.ts'

/** What people read for each code of the catalogue. The type asks for every code, in both languages. */
type ErrorWords = { readonly [C in ErrorCode | 'network']: string }

const en: ErrorWords = {
  network: 'No connection. Check your network and try again.',

  bad_json: 'Something went wrong in this page. Reload it and try again.',
  invalid_input: 'Please check what you entered.',
  unknown_message: 'This page is out of date. Reload it.',
  payload_too_large: 'That is too large to send.',
  body_too_slow: 'The upload took too long. Try again on a faster network.',
  picture_refused: 'This file is not a picture that can be used. Choose another one.',
  unsupported_media_type: 'This kind of file is not accepted.',
  method_not_allowed: 'This page is out of date. Reload it.',
  not_found: 'This does not exist, or is not yours to see.',
  idempotency_key_missing: 'Something went wrong in this page. Reload it and try again.',
  idempotency_key_reused: 'This was already sent. Check your orders before you try again.',
  too_many_requests: 'Too many tries. Wait a moment.',
  internal: 'Something broke on our side. Try again in a moment.',
  unavailable: 'The server is not ready right now. Try again in a moment.',

  not_signed_in: 'Sign in first.',
  wrong_credentials: 'No account has this login and password.',
  login_taken: 'This e-mail or phone number already has an account. Sign in instead.',
  slug_taken: 'This short name is taken. Choose another.',
  own_page_needed: 'This cannot be done in an embedded player. Open the show’s own page.',
  sign_in_code_invalid: 'Signing in took too long. Please try again.',
  identity_invalid: 'The site could not sign you in. Reload the page.',
  too_many_keys: 'There are too many keys. Revoke one first.',
  last_owner: 'A shop needs at least one owner.',
  account_needed: 'You need an account for this. Sign in or sign up.',
  scope_missing: 'Your role does not allow this.',
  origin_refused: 'This page may not do that here. Open it at its own address.',
  ticket_invalid: 'Your entry to this show has expired. Reload the page.',

  mailed_link_invalid: 'This link is used up or has expired. Ask for a new one.',
  email_needed: 'Your account has no e-mail address, and this needs one.',
  setup_code_invalid: 'This set-up code is wrong or has expired. Restart the server to get a new one.',
  too_many_addresses: 'Your address book is full. Delete an address first.',
  too_many_reminders: 'You have too many reminders. Take one back first.',
  show_not_scheduled: 'This show has begun or is over already.',
  business_unfinished: 'You still have an order that is unpaid, on its way or being refunded.',
  coins_left: 'There are coins in your wallet. They are lost with the account.',

  show_not_live: 'The show is not live right now.',
  show_on_air: 'The show is still on the air. End it first.',
  show_ended: 'The show has ended.',
  show_transition_refused: 'The show cannot do that right now.',
  host_seat_taken: 'All seats on stage are taken.',
  invite_invalid: 'This invitation was accepted already, taken back, or has expired. Ask for a new one.',
  too_many_invites: 'There are as many invitations as a show may have. Take one back first.',
  not_leading: 'Only the host who runs the show can do this.',
  cannot_lead: 'Only somebody who hosts for this shop can run the show.',
  room_full: 'The room is full. Try again in a moment.',
  host_elsewhere: 'You are on stage in another window.',
  banned: 'This shop lets you into its shows no more.',
  not_bannable: 'Who works for the shop cannot be banned.',
  muted: 'You are muted in this room for now.',
  chat_too_fast: 'Slow down a little.',
  protocol_unsupported: 'This page is out of date. Reload it.',
  join_expected: 'Something went wrong in this page. Reload it and try again.',
  evicted: 'You were removed from this room.',
  too_slow: 'Your connection fell behind. Joining again.',
  server_draining: 'Moving to another server.',

  stage_full: 'Too many people are watching right now. Try again in a moment.',
  media_not_ready: 'The host is not sending a picture yet.',
  sdp_refused: 'This browser and our video do not understand each other.',
  sdp_malformed: 'The video program sent something we do not understand.',
  stream_key_invalid: 'This stream key is not valid any more. Make a new one.',
  no_current_show: 'There is no show to go on air with. Schedule one first.',
  etag_needed: 'The video session has changed. Try again.',
  etag_mismatch: 'The video session has changed. Try again.',

  sold_out: 'Sold out. Somebody was faster.',
  buyer_limit: 'That is more than one buyer may have.',
  sale_not_running: 'This flash sale is not running.',
  sale_busy: 'Many buyers are paying right now. Try again in a moment.',
  waiting_list_closed: 'There is nothing to wait for here.',
  waiting_list_full: 'The waiting list is full.',
  offer_over: 'The time to take it has run out. It went to the next in line.',
  sale_conflict: 'This option already has an open flash sale.',
  sale_terms_exceeded: 'That is beyond what the shop allowed for this sale.',
  sale_transition_refused: 'The flash sale cannot do that right now.',
  region_not_served: 'The shop does not deliver to this address.',
  price_changed: 'The price has changed. Check the new total.',
  too_many_unpaid: 'You have several unpaid orders. Pay or cancel one first.',
  product_unavailable: 'This product cannot be bought right now.',
  order_transition_refused: 'The order cannot do that any more.',
  parcel_too_large: 'That is more than is left to ship.',
  payout_too_large: 'That is more than is available.',
  payout_closed: 'That payout was already paid or refused.',
  refund_too_large: 'That is more than is left to refund.',
  address_region_fixed: 'Delivery was priced for this country and region, so they stay.',
  too_many_notes: 'This order has as many notes as it may have.',
  stock_below_zero: 'That would take away more than is in stock.',

  payment_provider_off: 'This way to pay is not available.',
  payment_not_payable: 'There is nothing left to pay here.',
  webhook_signature: 'The payment notice could not be verified.',
  not_enough_coins: 'Not enough coins. Top up your wallet.',
}

const zh: ErrorWords = {
  network: '网络连接不上，请检查网络后重试。',

  bad_json: '页面出了点问题，请刷新后重试。',
  invalid_input: '请检查填写的内容。',
  unknown_message: '页面版本过旧，请刷新。',
  payload_too_large: '内容太大，无法发送。',
  body_too_slow: '上传超时，请换个更快的网络再试。',
  picture_refused: '这个文件不是可用的图片，请换一张。',
  unsupported_media_type: '不支持这种文件。',
  method_not_allowed: '页面版本过旧，请刷新。',
  not_found: '内容不存在，或你无权查看。',
  idempotency_key_missing: '页面出了点问题，请刷新后重试。',
  idempotency_key_reused: '该请求已提交过，请先查看订单再操作。',
  too_many_requests: '操作太频繁，请稍候。',
  internal: '服务器出了点问题，请稍后再试。',
  unavailable: '服务暂时不可用，请稍后再试。',

  not_signed_in: '请先登录。',
  wrong_credentials: '账号或密码不正确。',
  login_taken: '该邮箱或手机号已注册，请直接登录。',
  slug_taken: '该短名称已被使用，请换一个。',
  own_page_needed: '嵌入的播放器不能完成此操作，请打开直播自己的页面。',
  sign_in_code_invalid: '登录超时，请重试。',
  identity_invalid: '网站未能为你登录，请刷新页面。',
  too_many_keys: '密钥数量已达上限，请先吊销一个。',
  last_owner: '店铺至少要有一位所有者。',
  account_needed: '需要账号才能继续，请登录或注册。',
  scope_missing: '你的角色没有此权限。',
  origin_refused: '此页面不能在这里操作，请打开原网址。',
  ticket_invalid: '入场凭证已过期，请刷新页面。',

  mailed_link_invalid: '链接已使用或已失效，请重新获取。',
  email_needed: '账号没有绑定邮箱，无法使用此功能。',
  setup_code_invalid: '初始化码不正确或已过期，重启服务器可获得新的初始化码。',
  too_many_addresses: '地址簿已满，请先删除一个地址。',
  too_many_reminders: '提醒数量过多，请先取消一个。',
  show_not_scheduled: '直播已开始或已结束。',
  business_unfinished: '还有未付款、未送达或退款中的订单。',
  coins_left: '钱包里还有金币，注销后将无法找回。',

  show_not_live: '直播尚未开始或已暂停。',
  show_on_air: '直播还在进行，请先结束直播。',
  show_ended: '直播已结束。',
  show_transition_refused: '直播当前状态不允许此操作。',
  host_seat_taken: '台上席位已满。',
  invite_invalid: '邀请已被使用、收回或过期，请让主播重新发一个。',
  too_many_invites: '这场直播的邀请已达上限，请先收回一个。',
  not_leading: '只有主持这场直播的人可以这样做。',
  cannot_lead: '只有本店的主播才能主持这场直播。',
  room_full: '直播间已满，请稍后再试。',
  host_elsewhere: '你已在另一个窗口开播。',
  banned: '你已被该店铺移出，无法进入直播间。',
  not_bannable: '店铺成员不能被拉黑。',
  muted: '你已被禁言，暂时不能发言。',
  chat_too_fast: '发言太快了，慢一点。',
  protocol_unsupported: '页面版本过旧，请刷新。',
  join_expected: '页面出了点问题，请刷新后重试。',
  evicted: '你已被移出直播间。',
  too_slow: '网络较慢，正在重新进入直播间。',
  server_draining: '正在切换服务器。',

  stage_full: '观看人数过多，请稍后再试。',
  media_not_ready: '主播画面还没准备好。',
  sdp_refused: '当前浏览器无法播放此视频。',
  sdp_malformed: '推流软件发来的内容无法识别。',
  stream_key_invalid: '推流密钥已失效，请重新生成。',
  no_current_show: '没有可以开播的直播，请先安排一场。',
  etag_needed: '视频会话已变化，请重试。',
  etag_mismatch: '视频会话已变化，请重试。',

  sold_out: '已售罄，手慢了一步。',
  buyer_limit: '超过每人限购数量。',
  sale_not_running: '秒杀未在进行中。',
  sale_busy: '正在付款的人太多，请稍后再试。',
  waiting_list_closed: '这里不需要候补。',
  waiting_list_full: '候补名额已满。',
  offer_over: '保留时间已过，这件已让给下一位。',
  sale_conflict: '该规格已有未结束的秒杀。',
  sale_terms_exceeded: '超出了店铺为这场秒杀设定的范围。',
  sale_transition_refused: '秒杀当前状态不允许此操作。',
  region_not_served: '商家不配送到该地址。',
  price_changed: '价格已变动，请确认新的金额。',
  too_many_unpaid: '未付款订单过多，请先付款或取消。',
  product_unavailable: '该商品暂时无法购买。',
  order_transition_refused: '订单当前状态不允许此操作。',
  parcel_too_large: '超出了待发货的数量。',
  payout_too_large: '超出了可提现的金额。',
  payout_closed: '该提现已打款或已被拒绝。',
  refund_too_large: '超出了可退款的数量或金额。',
  address_region_fixed: '运费已按该国家和地区计算，不能修改。',
  too_many_notes: '该订单的备注已达上限。',
  stock_below_zero: '扣减数量超过了可用库存。',

  payment_provider_off: '该支付方式不可用。',
  payment_not_payable: '这里没有需要支付的金额。',
  webhook_signature: '支付通知验证失败。',
  not_enough_coins: '金币不足，请先充值。',
}

const words = dictionary({ en, 'zh-CN': zh })

/** The sentence for a code of the catalogue, for example from an `ack`; unknown codes read as `internal`. */
export function codeText(code: string): string {
  const known = words.value
  return Object.hasOwn(known, code) ? known[code as ErrorCode] : known.internal
}

/** The sentence for whatever `call` threw. A wrong field is named as the server named it. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return words.value.network
  const { code, issues } = error.problem
  const first = issues?.[0]
  return code === 'invalid_input' && first ? `${codeText(code)} (${first.path})` : codeText(code)
}
