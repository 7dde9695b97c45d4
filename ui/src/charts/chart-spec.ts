/** What a chart shows, apart from how it is drawn. */
export type Format = 'percent' | 'number' | 'dollars' | 'seconds'

export interface ChartLine {
  readonly name: string
  /** Of the eight colours of the style sheet. */
  readonly colour: number
  /** Beside `xs`; null where nothing is known. */
  readonly values: readonly (number | null)[]
  readonly style?: 'line' | 'dashed' | 'points'
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] }
}

export interface ChartSpec {
  readonly id: string
  readonly title: string
  /** A sentence that says how to read it. */
  readonly reading: string
  readonly kind: 'lines' | 'stack'
  readonly xs: readonly number[]
  readonly lines: readonly ChartLine[]
  readonly format: Format
  /** Of the y axis; default: what the values need, 0 among them for a stack. */
  readonly range?: readonly [low: number, high: number]
}
