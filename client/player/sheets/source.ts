/** Campaign and click ids that are kept with an order: where the visit came from. */
const CAMPAIGN = /^(utm_[a-z]{1,20}|gclid|fbclid|ttclid|msclkid|clickid)$/
const VALUE_MAX = 200

/** What the address and the referrer tell about where this visit came from. */
export function visitSource(search: string, referrer: string): Record<string, string> {
  const source: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(search)) {
    if (CAMPAIGN.test(name) && value) source[name] = value.slice(0, VALUE_MAX)
  }
  if (URL.canParse(referrer)) source.referrer = new URL(referrer).host.slice(0, VALUE_MAX)
  return source
}
