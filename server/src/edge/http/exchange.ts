import type { HttpRequest, HttpResponse } from 'uWebSockets.js'
import { randomUUID } from 'node:crypto'
import type { Limits } from '../../config.ts'
import type { RequestFacts } from '../../kernel/route.ts'
import { randomToken } from '../../kernel/secrets.ts'
import { IncomingBody } from './body.ts'

/** What is read of a request at once: uWS forbids touching `HttpRequest` after the handler returned. */
export interface Incoming extends RequestFacts {
  readonly method: string
  readonly origin: string | null
  readonly params: Record<string, string>
  readonly query: URLSearchParams
  readonly headers: ReadonlyMap<string, string>
  /** True when the token came as a cookie, which a foreign page could make a browser send. */
  readonly byCookie: boolean
  /** Whether the device id came with the request. */
  readonly deviceKnown: boolean
}

export interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
  readonly cookies?: readonly string[]
}

const TEXT_OF_STATUS: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

export function readIncoming(
  request: HttpRequest,
  response: HttpResponse,
  paramNames: readonly string[],
  trustProxy: boolean,
): Incoming {
  const headers = new Map<string, string>()
  request.forEach((name, value) => {
    headers.set(name, value)
  })
  const bearer = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? null
  const cookie = cookieOf(headers, /(?:^|;\s*)sid=([A-Za-z0-9_-]+)/)
  const known = cookieOf(headers, /(?:^|;\s*)did=([A-Za-z0-9_-]{43})(?:;|$)/)
  let deviceId = known
  return {
    id: randomUUID(),
    method: request.getMethod().toUpperCase(),
    params: Object.fromEntries(paramNames.map((name, i) => [name, decode(request.getParameter(i) ?? '')])),
    query: new URLSearchParams(request.getQuery() ?? ''),
    headers,
    ip: clientAddress(headers, response, trustProxy),
    origin: headers.get('origin') ?? null,
    sessionToken: bearer ?? cookie,
    language: languageOf(headers.get('accept-language')),
    userAgent: (headers.get('user-agent') ?? '').slice(0, 400),
    byCookie: bearer === null,
    get deviceId() {
      deviceId ??= randomToken() // few requests ask
      return deviceId
    },
    deviceKnown: known !== null,
  }
}

const cookieOf = (headers: ReadonlyMap<string, string>, pattern: RegExp): string | null =>
  pattern.exec(headers.get('cookie') ?? '')?.[1] ?? null

/** The first of our languages that an Accept-Language header names; browsers write the dearest first. */
const languageOf = (header = ''): 'en' | 'zh-CN' =>
  /\b(zh|en)\b/i.exec(header)?.[1]?.toLowerCase() === 'zh' ? 'zh-CN' : 'en'

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** A proxy appends the address it saw, so the last entry is the one our own proxy wrote. */
function clientAddress(
  headers: ReadonlyMap<string, string>,
  response: HttpResponse,
  trustProxy: boolean,
): string {
  const forwarded = trustProxy ? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return forwarded || Buffer.from(response.getRemoteAddressAsText()).toString()
}

/** Answers to a body that was not read to its end: what follows on the line is no new request. */
const CUTS_THE_LINE: ReadonlySet<number> = new Set([408, 413])

/** One answer to one request, safe against an abort at any time. Made synchronously in the uWS handler. */
export class Exchange {
  readonly response: HttpResponse
  aborted = false
  answered = false

  readonly #headOnly: boolean
  #body: IncomingBody | null = null

  constructor(response: HttpResponse, method: string) {
    this.response = response
    this.#headOnly = method === 'head'
    response.onAborted(() => {
      this.aborted = true
      this.#body?.abort()
    })
  }

  /** The body, to be read later; what comes in meanwhile is bounded too. Once, in the uWS handler itself. */
  body(bytesMax: number, incoming: Incoming, limits: Limits['http']): IncomingBody {
    const length = incoming.headers.get('content-length')
    const announcedBytes = length === undefined ? null : Number(length)
    this.#body = new IncomingBody(this.response, { bytesMax, announcedBytes, limits })
    return this.#body
  }

  /** `endsLine`: the connection takes no further request, as uWS tells the client. */
  send(answer: Answer, endsLine = CUTS_THE_LINE.has(answer.status)): void {
    if (this.aborted || this.answered) return
    this.answered = true
    this.#body?.release() // uWS reads on to the next request only when nothing is held
    const { response } = this
    response.cork(() => {
      response.writeStatus(`${answer.status} ${TEXT_OF_STATUS[answer.status] ?? ''}`)
      for (const [name, value] of Object.entries(answer.headers ?? {})) response.writeHeader(name, value)
      for (const cookie of answer.cookies ?? []) response.writeHeader('Set-Cookie', cookie)
      if (answer.status === 204 || answer.status === 304) response.endWithoutBody(undefined, endsLine)
      else if (this.#headOnly) response.endWithoutBody(Buffer.byteLength(answer.body ?? ''), endsLine)
      else response.end(answer.body ?? '', endsLine)
    })
  }
}
