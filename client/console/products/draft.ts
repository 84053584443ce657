import type { Currency } from '@shelfcast/shared/money.ts'
import { parseAmount, parseCount } from '../../kit/amount.ts'
import type { CallInput } from '../../kit/api.ts'

/** A SKU as it is typed; `values` stand in the order of the option names. */
export interface SkuDraft {
  /** Tells rows apart on the screen; never sent. */
  key: number
  values: readonly string[]
  code: string
  price: string
  stock: string
  limit: string
}

export type SkuInput = CallInput<'POST /tenants/:tenantId/products/:productId/skus'>['body']

export type SkuProblem = 'badPrice' | 'badStock' | 'badLimit' | 'badOptions'
export type DraftProblem = { sku: number; is: SkuProblem } | { sku: null; is: 'badTitle' | 'sameOptions' }

export const blankSku = (key: number): SkuDraft => ({
  key,
  values: ['', ''],
  code: '',
  price: '',
  stock: '',
  limit: '',
})

/** What the SKU is in the API's terms. A code that was left out is made of its options, or its place. */
export function readSku(
  draft: SkuDraft,
  optionNames: readonly string[],
  place: number,
  currency: Currency,
): SkuInput | SkuProblem {
  const options: Record<string, string> = {}
  for (const [index, name] of optionNames.entries()) {
    const value = draft.values[index]?.trim() ?? ''
    if (name.trim() === '') continue
    if (value === '') return 'badOptions'
    options[name.trim()] = value
  }
  const priceMinor = parseAmount(draft.price, currency)
  if (!priceMinor) return 'badPrice'
  const stock = draft.stock.trim() === '' ? 0 : parseCount(draft.stock, 0, 1_000_000)
  if (stock === null) return 'badStock'
  const perBuyerLimit = readLimit(draft.limit)
  if (perBuyerLimit === undefined) return 'badLimit'
  const code = draft.code.trim() || Object.values(options).join('-').slice(0, 60) || `SKU-${place}`
  return { code, options, priceMinor, stock, perBuyerLimit }
}

/** Null for no limit, undefined where it is no number. */
export function readLimit(text: string): number | null | undefined {
  return text.trim() === '' ? null : (parseCount(text, 1, 1000) ?? undefined)
}

/** Values as they are typed, between commas or Chinese commas; each once. */
export const readValues = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、;；\n]/)
      .map((value) => value.trim())
      .filter(Boolean),
  ),
]

/**
 * One SKU for each combination of values. What was typed for a combination stays; a new one takes price, stock and
 * limit of the first. An option without values does not count.
 */
export function combined(drafts: readonly SkuDraft[], values: readonly (readonly string[])[]): SkuDraft[] {
  let rows: string[][] = [[]]
  for (const list of values) {
    const column = list.length > 0 ? list : ['']
    rows = rows.flatMap((row) => column.map((value) => [...row, value]))
  }
  const first = drafts[0]
  let key = Math.max(0, ...drafts.map((draft) => draft.key))
  return rows.map((row) => {
    const known = drafts.find((draft) => row.every((value, at) => (draft.values[at] ?? '').trim() === value))
    if (known) return known
    key += 1
    return {
      ...blankSku(key),
      values: row,
      price: first?.price ?? '',
      stock: first?.stock ?? '',
      limit: first?.limit ?? '',
    }
  })
}

/** All SKUs of a new product, or the first thing that is wrong. */
export function readSkus(
  drafts: readonly SkuDraft[],
  optionNames: readonly string[],
  currency: Currency,
): SkuInput[] | DraftProblem {
  const read: SkuInput[] = []
  const seen = new Set<string>()
  for (const [index, draft] of drafts.entries()) {
    const sku = readSku(draft, optionNames, index + 1, currency)
    if (typeof sku === 'string') return { sku: index + 1, is: sku }
    const options = JSON.stringify(sku.options)
    if (seen.has(options)) return { sku: null, is: 'sameOptions' }
    seen.add(options)
    read.push(sku)
  }
  return read
}
