/** What a merchant puts into a page of theirs. `ours` is the origin of this server. */
export function scriptSnippet(ours: string, showId: string): string {
  return `<script type="module" src="${ours}/embed.js"></script>
<shelfcast-player show="${showId}"></shelfcast-player>`
}

export function frameSnippet(ours: string, showId: string, title: string): string {
  return `<iframe src="${ours}/e/${showId}"
  title="${title.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"
  width="420" height="746" style="border:0"
  allow="autoplay; fullscreen; clipboard-write; web-share"
  referrerpolicy="strict-origin-when-cross-origin"></iframe>`
}

/** How a merchant's server signs who its customer is, with the `jose` package; other languages have their own. */
export function tokenSnippet(audience: string, issuer: string, keyId: string): string {
  return `import { importPKCS8, SignJWT } from 'jose'

const key = await importPKCS8(process.env.SHELFCAST_KEY, 'EdDSA')
const token = await new SignJWT({ name: customer.name })
  .setProtectedHeader({ alg: 'EdDSA', kid: '${keyId}' })
  .setIssuer('${issuer}')
  .setAudience('${audience}')
  .setSubject(customer.id)
  .setJti(crypto.randomUUID())
  .setIssuedAt()
  .setExpirationTime('5m')
  .sign(key)
// <shelfcast-player show="…" identity="\${token}"></shelfcast-player>`
}
