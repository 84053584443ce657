import { createHash } from 'node:crypto'
import { escapeHtml } from '../kernel/html.ts'
import type { RawRoute } from '../kernel/route.ts'
import type { KeptMail, KeptMails } from './kept.ts'

const STYLE = `
:root { color-scheme: light }
body { max-width: 720px; margin: 0 auto; padding: 24px; background: #f6f4ef; color: #1c211f; font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere }
h1 { font-size: 22px } h2 { margin: 0 0 4px; font-size: 17px }
article { margin: 16px 0; padding: 20px; background: #fff; border: 1px solid #dcd8cd; border-radius: 16px }
header p, .note { margin: 0 0 12px; color: #5a605c; font-size: 14px }
pre { margin: 0; font: inherit; white-space: pre-wrap }
a { color: #0d6b55 } a:focus-visible { outline: 2px solid #0d6b55; outline-offset: 2px }
`

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
}

const SHOWN = 50

/**
 * `/outbox`: the mails of a demo, which has no mail server. The route is there only where `kept` is given, so never in
 * production; it shows links that open accounts, so only to this machine and to the operator.
 */
export const mailRoutes = (
  kept: KeptMails,
  mayRead: (request: MailReader) => Promise<boolean>,
): RawRoute[] => [
  {
    method: 'GET',
    path: '/outbox',
    bodyBytesMax: 0,
    handler: async (request) =>
      (await mayRead(request))
        ? { status: 200, headers: HEADERS, body: pageOf(await kept.list(SHOWN)) }
        : { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'Not found' },
  },
]

type MailReader = Parameters<RawRoute['handler']>[0]

const pageOf = (mails: readonly KeptMail[]): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox</title><style>${STYLE}</style></head><body><main><h1>Outbox · 发件箱</h1>
<p class="note">Mails of this demo. Nothing leaves this machine. · 演示环境的邮件，不会真正发出。</p>
${mails.map(articleOf).join('\n') || '<p>No mail yet. · 暂无邮件。</p>'}</main></body></html>`

const articleOf = ({ to, subject, text, at }: KeptMail): string =>
  `<article data-testid="mail"><header><h2>${escapeHtml(subject)}</h2><p>${escapeHtml(to)} · ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC</p></header>
<pre>${withLinks(text)}</pre></article>`

/** Escaped, with the addresses that our own letters carry as links. */
const withLinks = (text: string): string =>
  escapeHtml(text).replace(/^https?:\/\/\S+$/gm, (url) => `<a href="${url}">${url}</a>`)
