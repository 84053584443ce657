/** One measured way of doing the work: `row` is its name (`shelfcast` for ours), columns have their unit last. */
export type Row = { row: string } & Record<string, string | number | null>

export interface Bench {
  readonly title: string
  /** Tells CPU below full load: the cores are kept awake meanwhile. */
  readonly readsCpu?: boolean
  /** Runs every row, interleaved where the machine's noise matters. `say` tells how far it is. */
  run(say: (text: string) => void): Promise<Row[]>
  /** What the table says in words, ratios above all. */
  reading(rows: readonly Row[]): string[]
}
