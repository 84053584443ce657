/** The token of a mailed link. It is taken out of the address, so that no history or screenshot keeps it. */
export function takeToken(): string | null {
  const token = location.hash.slice(1)
  if (token) history.replaceState(null, '', location.pathname)
  return token || null
}
