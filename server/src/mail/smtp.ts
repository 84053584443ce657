import { createTransport } from 'nodemailer'
import type { Limits } from '../config.ts'
import type { MailPort } from './port.ts'

/** What nodemailer tells of a failure, as far as it names nobody. */
interface Failure {
  code?: string
  responseCode?: number
}

/** Sends by SMTP, over a few connections that are kept while there is something to send. */
export function createSmtp(deps: { url: string; from: string; limits: Limits['mail'] }): MailPort {
  const { url, from, limits } = deps
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: limits.connectMsMax,
      greetingTimeout: limits.connectMsMax,
      socketTimeout: limits.answerMsMax,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  )
  return {
    async send({ id, to, ...content }) {
      try {
        // As an object: a string is parsed as a list, and one address could name several.
        await transport.sendMail({
          ...content,
          to: { name: '', address: to },
          messageId: `<${id}@${senderDomain(from)}>`,
        })
        return true
      } catch (error) {
        const { code, responseCode } = error as Failure // nodemailer throws Errors with these two or without
        if (responseCode !== undefined && responseCode >= 500 && code === 'EENVELOPE') return false
        throw new Error(`SMTP: ${code ?? 'failed'} ${responseCode ?? ''}`.trim())
      }
    },
    close: () => transport.close(),
  }
}

const senderDomain = (from: string): string => /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost'
