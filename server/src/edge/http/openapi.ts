import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Contract } from '@shelfcast/shared/api/contract.ts'
import { ERRORS, type ErrorCode } from '@shelfcast/shared/errors.ts'
import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { RawRoute } from '../../kernel/route.ts'
import { API_ROOT } from './api.ts'

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    retry: z.boolean().describe('Whether the same request can succeed later'),
    detail: z.string().optional(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    extra: z.record(z.string(), z.unknown()).optional(),
    instance: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' })

/** The API as OpenAPI 3.1, made from the contracts alone, so that it cannot say what the server does not do. */
export function openApiDocument(contracts: readonly Contract[]): object {
  const paths: ZodOpenApiPathsObject = {}
  for (const contract of contracts) {
    const path = contract.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [contract.method.toLowerCase()]: operation(contract) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Shelfcast',
      version: '1',
      description:
        'Live-streaming commerce. Amounts are integer minor units; times are milliseconds since 1970. Errors are problem documents.',
    },
    servers: [{ url: API_ROOT }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'sid' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
    paths,
  })
}

function operation(contract: Contract): ZodOpenApiOperationObject {
  const status = contract.status ?? 200
  return {
    operationId: `${contract.method.toLowerCase()}${contract.path.replace(/[/:-]+(\w)/g, (_, char: string) => char.toUpperCase())}`,
    summary: contract.summary,
    tags: [contract.tag],
    'x-who': contract.who,
    ...(contract.who === 'anyone' ? {} : { security: [{ session: [] }, { bearer: [] }] }),
    requestParams: {
      ...(contract.params ? { path: contract.params } : {}),
      ...(contract.query ? { query: contract.query } : {}),
      ...headersOf(contract),
    },
    ...requestBody(contract),
    responses: {
      [`${status}`]: {
        description: 'Done',
        ...(status === 204 ? {} : { content: { 'application/json': { schema: contract.output } } }),
      },
      ...refusals(contract),
    },
  }
}

function headersOf(contract: Contract) {
  const headers = {
    ...(contract.idempotent && {
      'Idempotency-Key': z.string().min(8).max(128).describe('The same key gives the same answer'),
    }),
    ...(contract.orderTicket && {
      'Order-Ticket': z
        .string()
        .optional()
        .describe('Of the visit, or renewed over the room socket; needed where a line is of a flash sale'),
    }),
  }
  return Object.keys(headers).length > 0 ? { header: z.object(headers) } : {}
}

function requestBody({ body, upload }: Contract): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (body) return { requestBody: { content: { 'application/json': { schema: body } } } }
  if (!upload) return {}
  const description = `At most ${upload.bytesMax} bytes`
  const file = { schema: { type: 'string', format: 'binary' } } as const
  return {
    requestBody: {
      description,
      required: true,
      content: Object.fromEntries(upload.types.map((type) => [type, file])),
    },
  }
}

/** One response a status, with the codes that can come with it. */
function refusals(contract: Contract) {
  const codes = new Set<ErrorCode>(contract.errors ?? [])
  if (contract.body || contract.params || contract.query) codes.add('invalid_input')
  if (contract.body) codes.add('bad_json').add('unsupported_media_type').add('payload_too_large')
  if (contract.upload) codes.add('unsupported_media_type').add('payload_too_large')
  if (contract.idempotent) codes.add('idempotency_key_missing').add('idempotency_key_reused')
  if (contract.method !== 'GET') codes.add('origin_refused')
  if (contract.who !== 'anyone') codes.add('not_signed_in')
  if (contract.who !== 'anyone' && contract.who !== 'visitor') codes.add('account_needed')
  if (!contract.embed) codes.add('own_page_needed')
  if (contract.params) codes.add('not_found')
  if (contract.who.includes(':')) codes.add('scope_missing')
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      `${status}`,
      {
        description: list.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join(' '),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  )
}

/** `/api/openapi.json`, and `/api/docs` with nothing loaded from elsewhere. */
export function openApiRoutes(contracts: readonly Contract[]): RawRoute[] {
  const document = JSON.stringify(openApiDocument(contracts))
  const redoc = readFileSync(
    createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js'),
    'utf8',
  ).replace('https://cdn.redoc.ly/redoc/logo-mini.svg', 'data:,') // its maker's logo, from elsewhere
  const get = (path: string, type: string, body: string | Buffer, csp?: string): RawRoute => ({
    method: 'GET',
    path,
    bodyBytesMax: 0,
    handler: async () => ({
      status: 200,
      headers: {
        'Content-Type': type,
        'X-Content-Type-Options': 'nosniff',
        ...(csp ? { 'Content-Security-Policy': csp } : {}),
      },
      body,
    }),
  })
  // Redoc writes its styles into the page and searches in a worker made from a blob.
  const csp =
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src blob:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'"
  return [
    get('/api/openapi.json', 'application/json; charset=utf-8', document),
    get('/api/docs', 'text/html; charset=utf-8', DOCS_PAGE, csp),
    get('/api/docs/redoc.js', 'text/javascript; charset=utf-8', redoc),
  ]
}

const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Shelfcast API</title></head>
<body><redoc spec-url="/api/openapi.json" disable-google-font="true" hide-loading></redoc><script src="/api/docs/redoc.js"></script></body>
</html>
`
