import type { Currency } from '@shelfcast/shared/money.ts'
import { parseAmount } from '../../kit/amount.ts'
import { timeOf } from '../ui/local-time.ts'

/** A campaign price as it is typed: the price in major units, times as a datetime-local field holds them. */
export interface CampaignText {
  name: string
  skuId: string
  price: string
  starts: string
  ends: string
}

export interface CampaignInput {
  name: string
  skuId: string
  priceMinor: number
  startsAt: number
  endsAt: number
}

export type CampaignProblem = 'needsSku' | 'needsAmount' | 'needsTimes'

/** Reads the form, or says what is wrong first. @param listPriceMinor of the chosen SKU */
export function readCampaign(
  text: CampaignText,
  currency: Currency,
  listPriceMinor: number | null,
  nowMs: number,
): CampaignInput | { wrong: CampaignProblem } {
  if (text.skuId === '' || listPriceMinor === null) return { wrong: 'needsSku' }
  const priceMinor = parseAmount(text.price, currency)
  if (priceMinor === null || priceMinor < 1 || priceMinor >= listPriceMinor) return { wrong: 'needsAmount' }
  const [startsAt, endsAt] = [timeOf(text.starts), timeOf(text.ends)]
  if (startsAt === null || endsAt === null || endsAt <= startsAt || endsAt <= nowMs) {
    return { wrong: 'needsTimes' }
  }
  return { name: text.name.trim(), skuId: text.skuId, priceMinor, startsAt, endsAt }
}

/** Where a campaign price is in its time. */
export function campaignStatus(
  { startsAt, endsAt }: { startsAt: number; endsAt: number },
  nowMs: number,
): 'ahead' | 'on' | 'over' {
  if (nowMs < startsAt) return 'ahead'
  return nowMs < endsAt ? 'on' : 'over'
}
