import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Fault } from '../../kernel/errors.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import { type ShareCard, withCard } from './share-card.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

export interface PageDeps {
  /** Where the built files are. */
  distFolder: string
  publicUrl: string
  /** Origins on whose pages a show's player may stand. */
  embedOrigins(showId: string): Promise<readonly string[]>
  /** Whether `/setup` is there: while nobody runs the server. */
  setupOpen(): Promise<boolean>
  /** What a shared link to a show says of it; null for a show that does not exist. */
  shareCard(showId: string): Promise<ShareCard | null>
  /** Pages of a demo say so: with a film as its host, or waiting for a person. */
  demo?: 'film' | 'waits' | null
}

export interface Pages {
  readonly routes: RawRoute[]
  /** Tells a person that there is no such page. @throws Fault `not_found` for whoever does not read pages */
  readonly nowhere: RawRoute['handler']
}

/** The apps, the embed and their built files, read when the server starts. */
export function createPages(deps: PageDeps): Pages {
  const { distFolder, publicUrl, embedOrigins, setupOpen, shareCard, demo = null } = deps
  const files = readFiles(distFolder, demo)
  const page = (app: string) => files.get(`${app}/index.html`) ?? missing(app)
  const get = (
    path: string,
    answer: (request: RawRequest) => RawResponse | undefined | Promise<RawResponse | undefined>,
  ): RawRoute => ({
    method: 'GET',
    path,
    bodyBytesMax: 0,
    handler: async (request) => {
      const found = notModified(await answer(request), request.headers.get('if-none-match'))
      return found ? encoded(found, request.headers.get('accept-encoding')) : nowhere(request)
    },
  })
  const policy = pagePolicy(publicUrl, [])
  const app = (name: string) => ({ ...page(name), headers: { ...page(name).headers, ...policy } })

  async function nowhere({ headers }: RawRequest): Promise<RawResponse> {
    if (!headers.get('accept')?.includes('text/html')) throw new Fault('not_found')
    const { ETag: _, ...kept } = app('account').headers
    const answer = { ...page('account'), status: 404, headers: { ...kept, 'Cache-Control': 'no-store' } }
    return encoded(answer, headers.get('accept-encoding'))
  }

  async function shown({ params }: RawRequest): Promise<RawResponse> {
    const showId = params.showId ?? ''
    const card = await shareCard(showId)
    const address = `${publicUrl}/s/${encodeURIComponent(showId)}`
    return card ? withCard(app('player'), card, address, publicUrl) : app('player')
  }

  /** The player in a frame: the same files, framed by the tenant's origins. Its policy is never a kept one. */
  async function embedded({ params, headers }: RawRequest): Promise<RawResponse> {
    const showId = params.showId ?? ''
    if (headers.get('sec-fetch-dest') === 'document') {
      return { status: 302, headers: { Location: `/s/${encodeURIComponent(showId)}` } }
    }
    const { 'Content-Type': type = '' } = page('player').headers
    const framed = { ...pagePolicy(publicUrl, await embedOrigins(showId)), 'Cache-Control': 'no-store' }
    return { ...page('player'), headers: { 'Content-Type': type, ...SAFE, ...framed } }
  }

  // A page of ours that an embed opens keeps its opener, to hand over what it was opened for.
  const { 'Cross-Origin-Opener-Policy': _, ...popupPolicy } = policy
  const popup = () => ({ ...page('embed'), headers: { ...page('embed').headers, ...popupPolicy } })
  const routes = [
    get('/', () => ({ status: 302, headers: { Location: '/console' } })),
    get('/s/:showId', shown),
    get('/e/:showId', embedded),
    get('/embed/sign-in', popup),
    get('/embed/wallet', popup),
    get('/studio', () => app('studio')),
    get('/studio/*', () => app('studio')),
    get('/console', () => app('console')),
    get('/console/*', () => app('console')),
    ...['/me', '/me/*', '/privacy', '/reset', '/verify'].map((path) => get(path, () => app('account'))),
    get('/setup', async () => ((await setupOpen()) ? app('account') : undefined)),
    ...[...files]
      .filter(([path]) => extname(path) !== '.html')
      .map(([path, file]) => get(`/${path}`, () => (path === 'embed.js' ? forEveryone(file) : file))),
  ]
  return { routes, nowhere }
}

const SAFE = { 'X-Content-Type-Options': 'nosniff' }

/** The script that other sites load as a module, under a name that stays: kept for minutes, readable from anywhere. */
const forEveryone = (file: RawResponse): RawResponse => ({
  ...file,
  headers: {
    ...file.headers,
    'Cache-Control': 'public, max-age=300',
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  },
})

function missing(app: string): never {
  throw new Error(`client/dist/${app}/index.html is missing: run \`npm run -w client build\``)
}

function readFiles(
  folder: string,
  demo: PageDeps['demo'],
): Map<string, RawResponse & { headers: Record<string, string> }> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  return new Map(
    paths
      .filter((path) => statSync(path).isFile())
      .map((path) => {
        const read = readFileSync(path)
        const body = demo && extname(path) === '.html' ? markedAsDemo(read, demo) : read
        const name = relative(folder, path).replaceAll('\\', '/')
        const immutable = name.startsWith('assets/') // Vite puts a hash of the content into these names
        return [
          name,
          {
            status: 200,
            headers: {
              'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
              'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
              ...SAFE,
              ETag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
            },
            body,
          },
        ]
      }),
  )
}

/** Read by `client/kit/ui/demo-badge.tsx`. */
const markedAsDemo = (page: Buffer, demo: string): Buffer =>
  Buffer.from(page.toString('utf8').replace('<html ', `<html data-demo="${demo}" `))

const COMPRESSIBLE = /^(text|application\/(json|manifest)|image\/svg)/

/** The gzipped body for a browser that takes one; made once for each file. */
function encoded(file: RawResponse, accepted = ''): RawResponse {
  if (!file.body || !COMPRESSIBLE.test(file.headers?.['Content-Type'] ?? '')) return file
  const headers = { ...file.headers, Vary: 'Accept-Encoding' }
  if (!/\bgzip\b/.test(accepted)) return { ...file, headers }
  return { ...file, headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipped(file.body) }
}

const kept = new WeakMap<Buffer, Buffer>()

function gzipped(body: string | Buffer): Buffer {
  if (typeof body === 'string') return gzipSync(body)
  const known = kept.get(body) ?? gzipSync(body, { level: 9 })
  kept.set(body, known)
  return known
}

function notModified(answer: RawResponse | undefined, etag: string | undefined): RawResponse | undefined {
  if (!answer || etag === undefined || answer.headers?.ETag !== etag) return answer
  return { status: 304, headers: { ETag: etag } }
}

/** What a page of ours may load: itself, its own sockets, pictures and sounds it makes; and who may frame it. */
function pagePolicy(publicUrl: string, ancestors: readonly string[]): Record<string, string> {
  const sockets = publicUrl.replace(/^http/, 'ws')
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "media-src 'self' blob: mediastream:",
      `connect-src 'self' ${sockets}`,
      "font-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      `frame-ancestors ${ancestors.length > 0 ? ancestors.join(' ') : "'none'"}`,
    ].join('; '),
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
    'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
  }
}
