/** The charts of a run: which metrics are in which, and how each is read. Values are those of the records, as they are. */
import type { RunPage } from '../../../src/ui-server/api.ts'
import type { PageWords } from '../words/index.ts'
import type { ChartLine, ChartSpec } from './chart-spec.ts'

type Column = readonly (number | null)[]

/** Kinds of error with a line of their own. */
const shownErrors = 6

export function curatedCharts(page: RunPage, words: PageWords, operatorType: string | null): ChartSpec[] {
  const { steps: xs, metrics } = page.series
  const say = words.charts
  const column = (name: string): Column => metrics[name] ?? xs.map(() => null)
  const line = (name: string, colour: number, values: Column): ChartLine => ({ name, colour, values })
  const spec = (
    id: string,
    { title, reading }: { readonly title: string; readonly reading: string },
    lines: readonly ChartLine[],
    rest: Partial<ChartSpec> = {},
  ): ChartSpec => ({ id, title, reading, kind: 'lines', xs, lines: lines.filter(isKnown), format: 'number', ...rest })
  const share = { format: 'percent', range: [0, 1] } as const
  const isStacked = { kind: 'stack', ...share } as const

  const rewards = column('reward')
  const spread = column('reward_std')
  const charts: ChartSpec[] = [
    spec('reward', say.reward, [
      {
        ...line(say.reward.mean, 0, rewards),
        band: { low: combined(rewards, spread, (a, b) => a - b), high: combined(rewards, spread, (a, b) => a + b) },
      },
    ]),
    accuracyChart(page, words),
    spec(
      'groups',
      say.groups,
      [
        line(say.groups.right, 2, column('by_group/frac_all_good')),
        line(say.groups.mixed, 0, column('by_group/frac_mixed')),
        line(say.groups.wrong, 7, column('by_group/frac_all_bad')),
      ],
      isStacked,
    ),
    spec(
      'rates',
      say.rates,
      [
        line(
          say.rates.invalid,
          4,
          column('workflow/valid_rate').map((value) => (value === null ? null : 1 - value)),
        ),
        line(say.rates.repaired, 1, column('workflow/repair_rate')),
        line(say.rates.fallback, 3, column('workflow/fallback_rate')),
        line(say.rates.violation, 6, column('workflow/violation_rate')),
      ],
      { format: 'percent' },
    ),
    spec('errors', say.errors, errorLines(page, words), { kind: 'stack', format: 'percent' }),
    spec('operators', say.operators, operatorLines(page, operatorType), isStacked),
    spec('entropy', say.entropy, [
      line(say.entropy.entropy, 4, column('entropy')),
      line(say.entropy.kl, 1, column('kl')),
    ]),
    spec('length', say.length, [
      {
        ...line(say.length.mean, 5, column('completions/mean_length')),
        band: { low: column('completions/min_length'), high: column('completions/max_length') },
      },
    ]),
    costChart(page, words),
    spec(
      'judge',
      say.judge,
      column('judge/calls').some((value) => (value ?? 0) > 0)
        ? [
            line(say.judge.unscorable, 3, column('judge/unscorable_rate')),
            line(say.judge.retry, 1, column('judge/retry_rate')),
            line(say.judge.right, 2, column('judge/true_rate')),
          ]
        : [],
      share,
    ),
    spec('time', say.time, timeLines(page, words), { kind: 'stack', format: 'seconds' }),
    spec('rate', say.rate, [line(say.rate.rate, 0, column('learning_rate'))]),
  ]
  return page.environment === 'demonstrations'
    ? charts.filter(({ id }) => !['rates', 'operators', 'judge'].includes(id))
    : charts
}

function isKnown({ values }: ChartLine): boolean {
  return values.some((value) => value !== null)
}

function combined(a: Column, b: Column, of: (a: number, b: number) => number): Column {
  return a.map((value, i) => {
    const other = b[i] ?? null
    return value === null || other === null ? null : of(value, other)
  })
}

/** Training as a line, measurements as points between its steps. */
function accuracyChart(page: RunPage, words: PageWords): ChartSpec {
  const { accuracy: say } = words.charts
  const { steps, metrics } = page.series
  const xs = [...new Set([...steps, ...page.evaluations.map(({ step }) => step)])].sort((a, b) => a - b)
  const at = new Map(steps.map((step, i) => [step, i]))
  const spread = (name: string): Column => xs.map((x) => metrics[name]?.[at.get(x) ?? -1] ?? null)
  const measured = Map.groupBy(page.evaluations, ({ decoding }) => decoding)
  return {
    id: 'accuracy',
    ...say,
    kind: 'lines',
    xs,
    format: 'percent',
    range: [0, 1],
    lines: [
      {
        name: say.training,
        colour: 7,
        values: spread('accuracy'),
        band: { low: spread('accuracy/low'), high: spread('accuracy/high') },
      },
      ...[...measured].map(([decoding, list]): ChartLine => {
        const value = (of: (point: (typeof list)[number]) => number): Column =>
          xs.map((x) => {
            const point = list.findLast(({ step }) => step === x)
            return point === undefined ? null : of(point)
          })
        return {
          name: say.measured[decoding],
          colour: decoding === 'greedy' ? 0 : 1,
          style: 'points',
          values: value((point) => point.value),
          band: { low: value((point) => point.low), high: value((point) => point.high) },
        }
      }),
    ].filter(isKnown),
  }
}

/** Prefix of the metrics that count failures. */
const errors = 'error/'

function errorLines({ series: { steps, metrics } }: RunPage, words: PageWords): ChartLine[] {
  const kinds = Object.keys(metrics)
    .filter((name) => name.startsWith(errors))
    .map((name) => ({ name, sum: (metrics[name] ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0) }))
    .sort((a, b) => b.sum - a.sum)
  const known = kinds.slice(0, shownErrors)
  const rest = kinds.slice(shownErrors)
  const valuesOf = (names: readonly { name: string }[]): Column =>
    steps.map((_, i) => names.reduce((sum, { name }) => sum + (metrics[name]?.[i] ?? 0), 0))
  return [
    ...known.map((kind, i) => ({ name: kind.name.slice(errors.length), colour: i, values: valuesOf([kind]) })),
    ...(rest.length === 0 ? [] : [{ name: words.charts.errors.others, colour: 7, values: valuesOf(rest) }]),
  ]
}

function operatorLines({ series: { metrics }, types }: RunPage, type: string | null): ChartLine[] {
  const prefix = `operators/${type ?? types[0] ?? 'math'}/`
  const named = Object.keys(metrics).filter((name) => name.startsWith('operators/') && name.endsWith('/share'))
  // One order and one colour for each operator, whatever the type.
  const operators = [
    ...new Set(
      named
        .filter((name) => (metrics[name] ?? []).some((value) => (value ?? 0) > 0))
        .map((name) => name.split('/').at(-2) ?? ''),
    ),
  ].sort()
  return operators.map((operator, i) => ({
    name: operator,
    colour: i,
    values: metrics[`${prefix}${operator}/share`] ?? [],
  }))
}

function costChart(page: RunPage, words: PageWords): ChartSpec {
  const { cost: say } = words.charts
  const { steps, metrics } = page.series
  const spent = metrics['cost/cumulative'] ?? []
  const base = { id: 'cost', kind: 'lines' as const }
  if (!spent.some((value) => (value ?? 0) > 0)) {
    const calls = { name: say.calls, colour: 5, values: metrics['cost/llm_calls'] ?? [] }
    return {
      ...base,
      title: say.calls,
      reading: say.callsReading,
      xs: steps,
      lines: [calls].filter(isKnown),
      format: 'number',
    }
  }
  const { left } = page.cost
  const line: ChartLine = { name: say.spent, colour: 5, values: spent }
  if (left === null)
    return { ...base, title: say.title, reading: say.reading, xs: steps, lines: [line], format: 'dollars' }
  const last = spent.at(-1) ?? 0
  const pad = steps.slice(1).map(() => null)
  const ahead = (value: number): Column => [...pad, last, last + value]
  return {
    ...base,
    title: say.title,
    reading: say.reading,
    xs: [...steps, page.plannedSteps],
    format: 'dollars',
    lines: [
      { ...line, values: [...spent, null] },
      {
        name: say.forecast,
        colour: 1,
        style: 'dashed',
        values: ahead(left.value),
        band: { low: ahead(left.low), high: ahead(left.high) },
      },
    ],
  }
}

function timeLines({ series: { steps, metrics } }: RunPage, words: PageWords): ChartLine[] {
  const { time: say } = words.charts
  const of = (name: string): Column => metrics[name] ?? steps.map(() => null)
  const [all, rollouts, update] = [of('time/step_s'), of('time/rollouts_s'), of('time/update_s')]
  const other = all.map((value, i) =>
    value === null ? null : Math.max(0, Number((value - (rollouts[i] ?? 0) - (update[i] ?? 0)).toFixed(3))),
  )
  return [
    { name: say.rollouts, colour: 0, values: rollouts },
    { name: say.update, colour: 1, values: update },
    { name: say.other, colour: 7, values: other },
  ]
}
