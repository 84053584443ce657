import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { RawResponse, RawRoute } from '../../kernel/route.ts'

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

/** The three apps and their built files, read when the server starts. */
export function pageRoutes(distFolder: string, publicUrl: string): RawRoute[] {
  const files = readFiles(distFolder)
  const page = (app: string) => files.get(`${app}/index.html`) ?? missing(app)
  const get = (
    path: string,
    answer: (params: Record<string, string>) => RawResponse | undefined,
  ): RawRoute => ({
    method: 'GET',
    path,
    bodyBytesMax: 0,
    handler: async ({ params, headers }) => {
      const found = notModified(answer(params), headers.get('if-none-match'))
      return found ? encoded(found, headers.get('accept-encoding')) : NOT_FOUND
    },
  })
  const policy = pagePolicy(publicUrl)
  const app = (name: string) => ({ ...page(name), headers: { ...page(name).headers, ...policy } })
  return [
    get('/', () => ({ status: 302, headers: { Location: '/console' } })),
    get('/s/:showId', () => app('player')),
    get('/studio', () => app('studio')),
    get('/studio/*', () => app('studio')),
    get('/console', () => app('console')),
    get('/console/*', () => app('console')),
    ...[...files]
      .filter(([path]) => extname(path) !== '.html')
      .map(([path, file]) => get(`/${path}`, () => file)),
  ]
}

const NOT_FOUND: RawResponse = { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'Not found' }

function missing(app: string): never {
  throw new Error(`client/dist/${app}/index.html is missing: run \`npm run -w client build\``)
}

function readFiles(folder: string): Map<string, RawResponse & { headers: Record<string, string> }> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  return new Map(
    paths
      .filter((path) => statSync(path).isFile())
      .map((path) => {
        const body = readFileSync(path)
        const name = relative(folder, path).replaceAll('\\', '/')
        const immutable = name.startsWith('assets/') // Vite puts a hash of the content into these names
        return [
          name,
          {
            status: 200,
            headers: {
              'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
              'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
              'X-Content-Type-Options': 'nosniff',
              ETag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
            },
            body,
          },
        ]
      }),
  )
}

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

/** What a page of ours may load: itself, its own sockets, pictures and sounds it makes; nobody may frame it. */
function pagePolicy(publicUrl: string): Record<string, string> {
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
      "frame-ancestors 'none'",
    ].join('; '),
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
    'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
  }
}
