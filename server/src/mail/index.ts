export type { Language, Letter, OrderSummary } from './letters.ts'
export { createMail, type Mails, type Sending } from './mail.ts'
export { mailRoutes } from './page.ts'
