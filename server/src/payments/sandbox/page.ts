import { createHash } from 'node:crypto'
import { MINOR_PER_MAJOR } from '@shelfcast/shared/money.ts'
import { escapeHtml } from '../../kernel/html.ts'
import { SANDBOX_CHOICES } from './choices.ts'
import type { SandboxPayment } from './sandbox.ts'

const WORDS = {
  en: {
    title: 'Sandbox payment',
    lead: 'A test provider: no money moves. Choose what the bank should do.',
    success: 'Pay',
    decline: 'Decline',
    delay: 'Pay, tell the shop 5 seconds later',
    duplicate: 'Pay, tell the shop five times at once',
    no_refunds: 'Pay, and refuse every refund',
    done: {
      success: 'Paid',
      decline: 'Declined',
      delay: 'Paid; the shop hears in 5 seconds',
      duplicate: 'Paid',
      no_refunds: 'Paid; refunds will be refused',
    },
    over: 'It is too late to pay this.',
    close: 'You can close this page.',
    back: 'Back to the show',
  },
  'zh-CN': {
    title: '沙盒支付',
    lead: '测试支付渠道，不会产生真实扣款。请选择银行的结果。',
    success: '确认支付',
    decline: '拒绝支付',
    delay: '支付成功，5 秒后通知商家',
    duplicate: '支付成功，同时通知商家五次',
    no_refunds: '支付成功，拒绝以后的所有退款',
    done: {
      success: '支付成功',
      decline: '支付被拒绝',
      delay: '支付成功，5 秒后通知商家',
      duplicate: '支付成功',
      no_refunds: '支付成功，以后的退款会被拒绝',
    },
    over: '已超过付款时间。',
    close: '可以关闭此页面。',
    back: '返回直播间',
  },
} as const

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1d21; --soft: #5b616b; --page: #f4f5f7; --card: #fff; --line: #d8dbe0; --go: #0f6b4f; --go-ink: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef1; --soft: #a3a9b3; --page: #14161a; --card: #1e2126; --line: #363b43; --go: #3fbf95; --go-ink: #08130f } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif }
main { width: min(100%, 380px); padding: 28px; background: var(--card); border: 1px solid var(--line); border-radius: 16px }
h1 { margin: 0; font-size: 15px; font-weight: 600; color: var(--soft) }
.amount { margin: 4px 0 16px; font-size: 36px; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -0.02em }
p { margin: 0 0 20px; color: var(--soft) }
form { display: grid; gap: 10px }
button, a { display: block; width: 100%; min-height: 48px; padding: 11px 16px; border: 1px solid var(--line); border-radius: 10px; background: none; color: inherit; font: inherit; text-align: center; text-decoration: none; cursor: pointer }
button.go { border-color: var(--go); background: var(--go); color: var(--go-ink); font-weight: 600 }
button:focus-visible, a:focus-visible { outline: 3px solid var(--go); outline-offset: 2px }
[role=status] { margin: 0 0 4px; color: var(--ink); font-weight: 600 }
`

/** Nothing but the page's own style and its own form. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The whole page, in Chinese where the browser prefers it, else in English. */
export function sandboxPage(payment: SandboxPayment, isOver: boolean, acceptLanguage: string): string {
  const lang = /^\s*zh\b/i.test(acceptLanguage) ? 'zh-CN' : 'en'
  const words = WORDS[lang]
  const amount = new Intl.NumberFormat(lang, { style: 'currency', currency: payment.currency }).format(
    payment.amountMinor / MINOR_PER_MAJOR[payment.currency],
  )
  const buttons = SANDBOX_CHOICES.map(
    (choice) =>
      `<button name="choice" value="${choice}" data-testid="sandbox-${choice}"${choice === 'success' ? ' class="go"' : ''}>${words[choice]}</button>`,
  ).join('')
  const back = payment.returnUrl ? `<a href="${escapeHtml(payment.returnUrl)}">${words.back}</a>` : ''
  const said = isOver ? words.over : payment.choice && words.done[payment.choice]
  const body =
    said === null
      ? `<p>${words.lead}</p><form method="post">${buttons}</form>`
      : `<p role="status" data-testid="sandbox-done">${said}</p><p>${words.close}</p>${back}`
  return `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${words.title}</title><style>${STYLE}</style></head>
<body><main><h1>${words.title}</h1><div class="amount">${escapeHtml(amount)}</div>${body}</main></body>
</html>
`
}
