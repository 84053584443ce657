import { expect } from 'vitest'
import type { App } from '../src/app.ts'

/** The mails that an app without SMTP kept for an address, once there are `count` of them; the newest first. */
export async function mailsTo(app: App, address: string, count = 1) {
  const mine = async () => (await app.domains.mail.kept!.list(100)).filter(({ to }) => to === address)
  for (let i = 0; i < 100 && (await mine()).length < count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const mails = await mine()
  expect(mails.length).toBeGreaterThanOrEqual(count)
  return mails
}

/** The token behind the `#` of the link in a mail. */
export const tokenIn = ({ text }: { text: string }): string => /#(\S+)/.exec(text)?.[1] ?? 'no link'
