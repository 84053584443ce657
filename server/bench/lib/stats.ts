/** The p-th percentile (0 to 1) by nearest rank; null of nothing. Sorts a copy. */
export function percentile(samples: readonly number[], p: number): number | null {
  if (samples.length === 0) return null
  const sorted = Float64Array.from(samples).toSorted()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))]!
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The middle of several runs. */
export const median = (values: readonly number[]): number => percentile(values, 0.5) ?? 0
