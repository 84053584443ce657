import type { RawResponse } from '../../kernel/route.ts'

/** What a link to a show says of it where it is shared. */
export interface ShareCard {
  title: string
  description: string
  merchant: string
  /** From our root; null for none. */
  coverUrl: string | null
}

/** The page with the show's title and the tags that messengers and networks read (Open Graph, Twitter). */
export function withCard(
  page: RawResponse,
  card: ShareCard,
  address: string,
  publicUrl: string,
): RawResponse {
  const tags: [name: string, content: string][] = [
    ['og:type', 'website'],
    ['og:site_name', card.merchant],
    ['og:title', card.title],
    ['og:url', address],
    ['og:description', card.description || card.merchant],
    ...(card.coverUrl === null
      ? ([['twitter:card', 'summary']] as const)
      : ([
          ['og:image', publicUrl + largest(card.coverUrl)],
          ['og:image:type', 'image/webp'],
          ['twitter:card', 'summary_large_image'],
        ] as const)
    ).map(([name, content]): [string, string] => [name, content]),
  ]
  const head = [
    `<meta name="description" content="${escapeHtml(card.description || card.merchant)}">`,
    ...tags.map(([name, content]) => `<meta property="${name}" content="${escapeHtml(content)}">`),
    `<link rel="canonical" href="${escapeHtml(address)}">`,
  ].join('')
  const html = String(page.body)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(card.title)}</title>`)
    .replace('</head>', () => `${head}</head>`)
  // No tag of the file's: this page is the show's, and changes with it.
  const { ETag: _, ...headers } = page.headers ?? {}
  return { ...page, headers, body: html }
}

const largest = (url: string): string => url.replace(/\/\d+\.webp$/, '/1280.webp')

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
