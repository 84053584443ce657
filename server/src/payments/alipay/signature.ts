import { type KeyObject, sign, verify } from 'node:crypto'

/**
 * RSA2: SHA256withRSA over the parameters, sorted by name, as `name=value` joined by `&`, unescaped and without those
 * that are empty. Source: opendocs.alipay.com/common/02mse2 (signing), /common/02mse3 (verifying).
 */

export const signed = (fields: ReadonlyMap<string, string>): string =>
  [...fields]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

export const signature = (key: KeyObject, text: string): string =>
  sign('RSA-SHA256', Buffer.from(text, 'utf8'), key).toString('base64')

export const isSignedBy = (key: KeyObject, text: string, given: string): boolean =>
  verify('RSA-SHA256', Buffer.from(text, 'utf8'), key, Buffer.from(given, 'base64'))

/**
 * The bytes of a member of a JSON object as they came, which is what Alipay signs: parsing and writing them again
 * would change spaces and escapes. Null when there is no such member, or its value is not an object.
 */
export function rawMember(json: string, name: string): string | null {
  const opening = new RegExp(`^\\s*\\{\\s*"${name}"\\s*:\\s*(?=\\{)`).exec(json)
  if (!opening) return null
  const start = opening[0].length
  let depth = 0
  let inText = false
  for (let at = start; at < json.length; at++) {
    const char = json[at]
    if (inText) {
      if (char === '\\') at++
      else if (char === '"') inText = false
    } else if (char === '"') inText = true
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return json.slice(start, at + 1)
  }
  return null
}
