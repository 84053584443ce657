import { z } from 'zod'
import { found, invalidInput } from '../../kernel/errors.ts'
import type { RawRoute } from '../../kernel/route.ts'
import { SANDBOX_CHOICES } from './choices.ts'
import { PAGE_POLICY, sandboxPage } from './page.ts'
import type { Sandbox } from './sandbox.ts'

const PATH = '/sandbox/pay/:ref'
const form = z.object({ choice: z.enum(SANDBOX_CHOICES) })

/** The page on which a buyer "pays", and the form it sends. */
export const sandboxRoutes = (sandbox: Sandbox): RawRoute[] => [
  {
    method: 'GET',
    path: PATH,
    bodyBytesMax: 0,
    async handler({ params, headers }) {
      const payment = found(await sandbox.find(params.ref ?? ''))
      return {
        status: 200,
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': PAGE_POLICY,
          'Cache-Control': 'no-store',
          'Referrer-Policy': 'no-referrer',
          'X-Content-Type-Options': 'nosniff',
        },
        body: sandboxPage(payment, sandbox.isOver(payment), headers.get('accept-language') ?? ''),
      }
    },
  },
  {
    method: 'POST',
    path: PATH,
    bodyBytesMax: 200,
    async handler({ params, body }) {
      const parsed = form.safeParse(Object.fromEntries(new URLSearchParams(body.toString('utf8'))))
      if (!parsed.success) throw invalidInput(parsed.error)
      const ref = params.ref ?? ''
      await sandbox.choose(ref, parsed.data.choice)
      return { status: 303, headers: { Location: `/sandbox/pay/${encodeURIComponent(ref)}` } }
    },
  },
]
