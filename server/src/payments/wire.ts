import type { z } from 'zod'
import { Fault, invalidInput } from '../kernel/errors.ts'

/** What all providers' calls and notifications have in common. */

export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

const BODY_BYTES_MAX = 16 * 1024 * 1024 // a day's statement is the largest

/**
 * One call to a provider: bounded in time and size, and without redirects, which would carry credentials elsewhere.
 * @throws an Error that holds neither the request's headers nor its body
 */
export async function call(url: URL, init: RequestInit, msMax: number): Promise<Answer> {
  const { bytes, ...answer } = await exchange(url, init, msMax)
  return { ...answer, body: new TextDecoder().decode(bytes) }
}

/** A file of a provider's, within the same bounds. @throws an Error for any other status than 200 */
export async function download(url: URL, msMax: number): Promise<Buffer> {
  const { status, bytes } = await exchange(url, {}, msMax)
  if (status !== 200) throw new Error(`${url.host} answers ${status}`)
  return bytes
}

async function exchange(url: URL, init: RequestInit, msMax: number) {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(msMax) })
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) throw new Error(`${url.host} answers more than ${BODY_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return { status: response.status, headers: new Map(response.headers), bytes: Buffer.concat(chunks) }
}

/** A provider's refusal, with its own code for the log. */
export class ProviderRefusal extends Error {
  readonly code: string

  constructor(provider: string, code: string, message: string) {
    super(`${provider}: ${code} ${message}`.slice(0, 300))
    this.name = 'ProviderRefusal'
    this.code = code
  }
}

/** What a body holds, null where it is no JSON: proxies between answer refusals in HTML. */
export function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** What a provider's answer says. @throws an Error when it is not JSON or not of this shape */
export const parseAnswer = <S extends z.ZodType>(schema: S, body: string): z.output<S> =>
  schema.parse(JSON.parse(body))

/** What a verified notification says. @throws Fault `bad_json`, `invalid_input` */
export function parseNotification<S extends z.ZodType>(schema: S, body: string): z.output<S> {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new Fault('bad_json')
  }
  return parseFields(schema, value)
}

/** @throws Fault `invalid_input` */
export function parseFields<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data
}

/** Refuses what is genuine and meant for somebody else. @throws Fault `invalid_input` */
export function assertOurs(field: string, given: string | undefined, ours: string): void {
  if (given !== ours)
    throw new Fault('invalid_input', { issues: [{ path: field, message: 'of another merchant' }] })
}
