/** What a run of the quickstart came to, small enough to keep in the repository, and the tables that are made of it. */
import { readingOf } from '../../src/core/difference-reading.ts'
import { bestFixedLabel, fixedOverallLabel, oracleLabel } from '../../src/core/evaluation-labels.ts'
import type { Decoding } from '../../src/core/records.ts'
import type { RunReport } from '../../src/reports/index.ts'

interface Interval {
  /** In 0..1, as the bounds. */
  readonly value: number
  readonly low: number
  readonly high: number
  readonly n: number
}

export interface SeedSummary {
  readonly seed: number
  readonly run: string
  readonly createdAt: string
  /** Of the resolved configuration. */
  readonly configHash: string
  readonly steps: number
  /** Problems that the result is measured on. */
  readonly split: string
  readonly evaluations: readonly (Interval & {
    readonly label: string
    readonly name: string
    readonly decoding: Decoding
    /** Mean calls of a workflow to the executor. */
    readonly calls: number
  })[]
  readonly results: readonly {
    readonly decoding: Decoding
    /** Trained policy minus warm start. */
    readonly gain: Interval
    /** Trained policy minus what fixed workflows, one a type, reach with as many calls; and what they reach. */
    readonly aboveFixed: Interval & { readonly reached: number }
    /** Trained policy minus the best fixed workflow per type, whatever its calls. */
    readonly againstBestFixed: Interval
  }[]
}

const rounded = (value: number): number => Number(value.toFixed(6))
const intervalOf = (value: number, { low, high, n }: Omit<Interval, 'value'>): Interval => ({
  value: rounded(value),
  low: rounded(low),
  high: rounded(high),
  n,
})

/** @throws Error where the run has not come to its end or has no frontier of fixed workflows. */
export function summaryOf(report: RunReport, configHash: string): SeedSummary {
  const { name, seed, createdAt, steps, split, frontier } = report
  if (frontier === null || split === null) throw new Error(`${name} has no frontier of fixed workflows`)
  return {
    seed,
    run: name,
    createdAt,
    configHash,
    steps,
    split,
    evaluations: frontier.rows.map(({ label, name: what, decoding, calls, accuracy }) => ({
      label,
      name: what,
      decoding,
      calls: rounded(calls),
      ...intervalOf(accuracy.value, accuracy),
    })),
    results: [report, ...report.otherResults].map(({ decoding, gain, againstFixed }) => {
      const above = frontier.against.find((each) => each.decoding === decoding)
      if (gain === null || againstFixed === null || above === undefined)
        throw new Error(`${name} has no last evaluation (${decoding})`)
      return {
        decoding,
        gain: intervalOf(gain.difference, gain),
        aboveFixed: { ...intervalOf(above.difference, above), reached: rounded(above.hullValue) },
        againstBestFixed: intervalOf(againstFixed.difference, againstFixed),
      }
    }),
  }
}

/** Two tables in Markdown: the policy before and after, and fixed workflows beside it. */
export function seedTables(summaries: readonly SeedSummary[]): string {
  const [first] = summaries
  if (first === undefined) throw new Error('there is no run to make a table of')
  const decodings = first.results.map(({ decoding }) => decoding)
  const policy = decodings.flatMap((decoding) => summaries.map((summary) => policyRow(summary, decoding)))
  const n = first.evaluations[0]?.n ?? 0
  return [
    table(
      [
        'seed',
        'decoding',
        'warm start',
        'calls',
        'trained',
        'calls',
        'gain',
        'above fixed workflows with as many calls',
      ],
      policy,
    ),
    table(
      [
        'seed',
        'best fixed workflow for all',
        'calls',
        'best per type',
        'calls',
        'trained (greedy) minus it',
        'oracle',
        'calls',
      ],
      summaries.map(fixedRow),
    ),
    `Share of the ${n} ${first.split} problems solved in percent, differences in points, paired by problem; 95 % intervals. Calls are those of a workflow to the executor, mean of a problem.`,
  ].join('\n\n')
}

function policyRow(summary: SeedSummary, decoding: Decoding): string[] {
  const result = summary.results.find((each) => each.decoding === decoding)
  return [
    String(summary.seed),
    decoding,
    ...measured(summary, 'before', decoding),
    ...measured(summary, 'after', decoding),
    result === undefined ? '–' : difference(result.gain),
    result === undefined ? '–' : difference(result.aboveFixed),
  ]
}

function fixedRow(summary: SeedSummary): string[] {
  const greedy = summary.results.find(({ decoding }) => decoding === 'greedy')
  return [
    String(summary.seed),
    ...measured(summary, fixedOverallLabel, 'greedy'),
    ...measured(summary, bestFixedLabel, 'greedy'),
    greedy === undefined ? '–' : difference(greedy.againstBestFixed),
    ...measured(summary, oracleLabel, 'greedy'),
  ]
}

/** `87.0 [84.5, 89.2]` and `2.4`. */
function measured({ evaluations }: SeedSummary, name: string, decoding: Decoding): [rate: string, calls: string] {
  const found = evaluations.find((each) => each.name === name && each.decoding === decoding)
  if (found === undefined) return ['–', '–']
  const points = (value: number): string => (value * 100).toFixed(1)
  return [`${points(found.value)} [${points(found.low)}, ${points(found.high)}]`, found.calls.toFixed(1)]
}

/** `+13.2 [+10.1, +16.0]`; a difference that these problems cannot distinguish from zero says so. */
function difference({ value, low, high }: Interval): string {
  const points = (part: number): string => `${part < 0 ? '-' : '+'}${Math.abs(part * 100).toFixed(1)}`
  const reading = readingOf({ low, high })
  const said = reading === 'cannot-tell' ? ' (cannot tell)' : reading === 'equal' ? ' (equal)' : ''
  return `${points(value)} [${points(low)}, ${points(high)}]${said}`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

const begin = '<!-- quickstart seeds: made by npm run quickstart:seeds -->'
const end = '<!-- end of quickstart seeds -->'

/** The part of a Markdown text between the marks. @throws Error where there are none. */
export function markedPart(markdown: string): string {
  const [from, to] = marks(markdown)
  return markdown.slice(from, to).trim()
}

/** @returns the text with that part replaced. */
export function withMarkedPart(markdown: string, part: string): string {
  const [from, to] = marks(markdown)
  return `${markdown.slice(0, from)}\n\n${part}\n\n${markdown.slice(to)}`
}

function marks(markdown: string): [from: number, to: number] {
  const at = markdown.indexOf(begin)
  const to = markdown.indexOf(end)
  if (at < 0 || to < at) throw new Error(`the text has no part between "${begin}" and "${end}"`)
  return [at + begin.length, to]
}
