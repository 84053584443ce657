import type { SourceField, VisitSource } from '@shelfcast/shared/facts/source.ts'

/** Campaign and click ids that are kept of where a visit came from. */
const CAMPAIGN: readonly SourceField[] = [
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
]
const VALUE_MAX = 200

/**
 * What the address and the referrer tell about where this visit came from.
 * @param embedded the player is in a frame: then the referrer is the page that embeds it
 */
export function visitSource(search: string, referrer: string, embedded: boolean): VisitSource {
  const source: VisitSource = {}
  const given = new URLSearchParams(search)
  for (const name of CAMPAIGN) {
    const value = given.get(name)?.slice(0, VALUE_MAX)
    if (value) source[name] = value
  }
  if (URL.canParse(referrer)) {
    source[embedded ? 'embed' : 'referrer'] = new URL(referrer).host.slice(0, VALUE_MAX)
  }
  return source
}
