/** One figure of a benchmark: what was measured, and what it is to be read beside. */
export interface BenchRow {
  readonly name: string
  /** Median over the repetitions that `note` mentions. */
  readonly value: number
  readonly unit: string
  /** What the same run measured of something else, or the aim. */
  readonly baseline?: string
  readonly note?: string
}
