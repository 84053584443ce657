/** Yuan with two decimals, as Alipay writes amounts, from and to fen. */

export const toYuan = (minor: number): string =>
  `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`

/** In fen. @throws an Error for what is not an amount of at most two decimals */
export function fromYuan(yuan: string): number {
  const match = /^(-?)(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan.trim())
  if (!match) throw new Error('not an amount in yuan')
  const [, sign, whole = '', part = ''] = match
  const minor = Number(whole) * 100 + Number(part.padEnd(2, '0'))
  return sign ? -minor : minor
}
