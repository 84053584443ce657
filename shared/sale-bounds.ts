/** Least and most of each number that a flash sale is made of; times in seconds. */
export const SALE_BOUNDS = {
  quantity: [1, 100_000],
  perBuyerLimit: [1, 100],
  countdownS: [10, 300],
  durationS: [60, 1200],
} as const
