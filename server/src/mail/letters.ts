import { type Currency, MINOR_PER_MAJOR } from '@shelfcast/shared/money.ts'
import { escapeHtml } from '../kernel/html.ts'

export type Language = 'en' | 'zh-CN'

/** What we write to people about. */
export type Letter =
  | { about: 'reset'; url: string; minutes: number }
  | { about: 'verify'; url: string; minutes: number }
  | { about: 'password_changed'; url: string }
  | { about: 'order_placed' | 'order_paid'; url: string; shop: string; order: OrderSummary }
  | { about: 'order_shipped'; url: string; shop: string; order: OrderSummary; parcel: ParcelSummary }
  | { about: 'order_refunded'; url: string; shop: string; order: OrderSummary }
  | { about: 'show_soon' | 'show_live'; url: string; shop: string; title: string; at: number | null }

export interface OrderSummary {
  id: string
  currency: Currency
  totalMinor: number
  lines: readonly { title: string; quantity: number }[]
}

/** What is in one parcel, and who brings it. */
export interface ParcelSummary {
  carrier: string
  trackingNumber: string
}

interface Words {
  subject: string
  /** Paragraphs. */
  text: readonly string[]
  list?: readonly string[]
  action: string
  after?: string
}

/** A letter in somebody's language, as plain text and as simple HTML. */
export function write(letter: Letter, language: Language, name: string) {
  const chosen = language === 'zh-CN' ? chinese(letter) : english(letter)
  // What people wrote stays on its line: no line of ours can be faked by a name, and a subject is a header.
  const words = {
    ...chosen,
    text: chosen.text.map(oneLine),
    ...(chosen.list ? { list: chosen.list.map(oneLine) } : {}),
  }
  const hello = oneLine(language === 'zh-CN' ? `${name}${name && '，'}您好：` : `Hello${name && ` ${name}`},`)
  const subject = oneLine(words.subject).slice(0, 200)
  const text = [
    hello,
    ...words.text,
    ...(words.list ? [words.list.map((line) => `- ${line}`).join('\n')] : []),
    `${words.action}:\n${letter.url}`,
    ...(words.after ? [words.after] : []),
  ].join('\n\n')
  return { subject, text: `${text}\n`, html: htmlOf(hello, words, letter.url, language) }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

function htmlOf(hello: string, words: Words, url: string, language: Language): string {
  const p = (text: string, style = '') => `<p style="margin:0 0 16px;${style}">${escapeHtml(text)}</p>`
  const items = words.list?.map((line) => `<li style="margin:0 0 4px">${escapeHtml(line)}</li>`).join('')
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(words.subject)}</title></head>`,
    "<body style=\"margin:0;padding:24px;background:#f6f4ef;color:#1c211f;font:16px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif\">",
    '<div style="max-width:520px;margin:0 auto;padding:28px;background:#fff;border-radius:16px">',
    p(hello),
    ...words.text.map((text) => p(text)),
    items ? `<ul style="margin:0 0 16px;padding:0 0 0 20px">${items}</ul>` : '',
    `<p style="margin:0 0 20px"><a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 20px;border-radius:10px;background:#0d6b55;color:#fff;text-decoration:none;font-weight:600">${escapeHtml(words.action)}</a></p>`,
    words.after ? p(words.after, 'color:#5a605c;font-size:14px') : '',
    '</div></body></html>',
  ].join('')
}

const amount = ({ totalMinor, currency }: OrderSummary, language: Language): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency }).format(
    totalMinor / MINOR_PER_MAJOR[currency],
  )

const linesOf = ({ lines }: OrderSummary): string[] =>
  lines.map(({ title, quantity }) => `${title} × ${quantity}`)

/** In UTC and saying so: we do not know where the reader is. */
const timeOf = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(at)

function english(letter: Letter): Words {
  switch (letter.about) {
    case 'reset':
      return {
        subject: 'Choose a new password',
        text: ['Somebody, hopefully you, asked for a new password for your account.'],
        action: 'Choose a new password',
        after: `The link works once, for ${letter.minutes} minutes. If this was not you, do nothing: your password stays as it is.`,
      }
    case 'verify':
      return {
        subject: 'Confirm your e-mail address',
        text: ['Please confirm that this address is yours.'],
        action: 'Confirm the address',
        after: `The link works once, for ${letter.minutes} minutes. If you have no account with us, ignore this mail.`,
      }
    case 'password_changed':
      return {
        subject: 'Your password was changed',
        text: ['The password of your account was changed, and other devices were signed out.'],
        action: 'Open your account',
        after: 'If this was not you, ask for a new password on the sign-in page at once.',
      }
    case 'order_placed':
      return {
        subject: `Order placed: ${amount(letter.order, 'en')} at ${letter.shop}`,
        text: [`We have your order ${letter.order.id}. It waits for your payment.`],
        list: linesOf(letter.order),
        action: 'See the order',
      }
    case 'order_paid':
      return {
        subject: `Order paid: ${amount(letter.order, 'en')} at ${letter.shop}`,
        text: [`Your payment for order ${letter.order.id} has arrived. ${letter.shop} prepares it now.`],
        list: linesOf(letter.order),
        action: 'See the order',
      }
    case 'order_shipped':
      return {
        subject: `On its way: your order at ${letter.shop}`,
        text: [
          `${letter.shop} has sent a parcel of order ${letter.order.id}.`,
          `${letter.parcel.carrier}, tracking number ${letter.parcel.trackingNumber}`,
        ],
        list: linesOf(letter.order),
        action: 'See the order',
      }
    case 'order_refunded':
      return {
        subject: `Refunded: ${amount(letter.order, 'en')} by ${letter.shop}`,
        text: [
          `${amount(letter.order, 'en')} of order ${letter.order.id} went back the way you paid.`,
          'It can take some days until you see it in your account.',
        ],
        action: 'See the order',
      }
    case 'show_soon':
      return {
        subject: `Starting soon: ${letter.title}`,
        text: [
          `“${letter.title}” by ${letter.shop} starts in a few minutes.`,
          ...(letter.at === null ? [] : [`${timeOf(letter.at, 'en')} (UTC)`]),
        ],
        action: 'Open the show',
        after: 'You asked to be reminded of this show. There will be one more mail when it is live.',
      }
    case 'show_live':
      return {
        subject: `Live now: ${letter.title}`,
        text: [`“${letter.title}” by ${letter.shop} is live.`],
        action: 'Watch now',
        after: 'You asked to be reminded of this show.',
      }
  }
}

function chinese(letter: Letter): Words {
  switch (letter.about) {
    case 'reset':
      return {
        subject: '重设密码',
        text: ['我们收到了为您的账号重设密码的请求。'],
        action: '设置新密码',
        after: `链接仅可使用一次，${letter.minutes} 分钟内有效。如果不是您本人操作，请忽略此邮件，密码不会改变。`,
      }
    case 'verify':
      return {
        subject: '确认邮箱地址',
        text: ['请确认这是您的邮箱地址。'],
        action: '确认邮箱',
        after: `链接仅可使用一次，${letter.minutes} 分钟内有效。如果您没有注册过账号，请忽略此邮件。`,
      }
    case 'password_changed':
      return {
        subject: '密码已修改',
        text: ['您的账号密码已修改，其他设备已退出登录。'],
        action: '查看账号',
        after: '如果不是您本人操作，请立即在登录页面重设密码。',
      }
    case 'order_placed':
      return {
        subject: `下单成功：${letter.shop} ${amount(letter.order, 'zh-CN')}`,
        text: [`订单 ${letter.order.id} 已提交，等待付款。`],
        list: linesOf(letter.order),
        action: '查看订单',
      }
    case 'order_paid':
      return {
        subject: `付款成功：${letter.shop} ${amount(letter.order, 'zh-CN')}`,
        text: [`订单 ${letter.order.id} 已付款，${letter.shop} 正在准备发货。`],
        list: linesOf(letter.order),
        action: '查看订单',
      }
    case 'order_shipped':
      return {
        subject: `已发货：${letter.shop} 的订单`,
        text: [
          `${letter.shop} 已为订单 ${letter.order.id} 发出包裹。`,
          `${letter.parcel.carrier}，运单号 ${letter.parcel.trackingNumber}`,
        ],
        list: linesOf(letter.order),
        action: '查看订单',
      }
    case 'order_refunded':
      return {
        subject: `退款成功：${letter.shop} ${amount(letter.order, 'zh-CN')}`,
        text: [
          `订单 ${letter.order.id} 的 ${amount(letter.order, 'zh-CN')} 已原路退回。`,
          '到账时间以付款渠道为准，可能需要几天。',
        ],
        action: '查看订单',
      }
    case 'show_soon':
      return {
        subject: `即将开播：${letter.title}`,
        text: [
          `${letter.shop} 的直播“${letter.title}”几分钟后开始。`,
          ...(letter.at === null ? [] : [`${timeOf(letter.at, 'zh-CN')}（UTC）`]),
        ],
        action: '进入直播间',
        after: '您预约了这场直播。开播时还会再发送一封邮件。',
      }
    case 'show_live':
      return {
        subject: `正在直播：${letter.title}`,
        text: [`${letter.shop} 的直播“${letter.title}”已经开始。`],
        action: '立即观看',
        after: '您预约了这场直播。',
      }
  }
}
