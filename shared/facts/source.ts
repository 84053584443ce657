import { z } from 'zod'

/** What is kept of where a visit came from: campaign and click ids, the referring host, the site of an embed. */
export const SOURCE_FIELDS = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'gclid',
  'fbclid',
  'ttclid',
  'msclkid',
  'clickid',
  'referrer',
  'embed',
] as const
export type SourceField = (typeof SOURCE_FIELDS)[number]

const SOURCE_CHARS_MAX = 200

const value = z.string().min(1).max(SOURCE_CHARS_MAX)

/** Other names are left out, not refused: an old page may send them. */
export const visitSource = z.object({
  utm_source: value.optional(),
  utm_medium: value.optional(),
  utm_campaign: value.optional(),
  utm_term: value.optional(),
  utm_content: value.optional(),
  gclid: value.optional(),
  fbclid: value.optional(),
  ttclid: value.optional(),
  msclkid: value.optional(),
  clickid: value.optional(),
  referrer: value.optional(),
  embed: value.optional(),
})
export type VisitSource = z.infer<typeof visitSource>
