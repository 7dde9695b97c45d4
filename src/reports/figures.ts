/** The report's figures: which metrics are in which chart. */
import { bestFixedLabel } from '../core/evaluation-labels.ts'
import type { Figure } from './document.ts'
import { type ChartSeries, type LineChart, lineChart } from './line-chart.ts'
import { typeName } from './phrases.ts'
import { operatorSharesOf, type RunReport } from './run-report.ts'
import { shareChart } from './share-chart.ts'
import { stackedChart } from './stacked-chart.ts'
import type { CurvePoint } from './training-curve.ts'
import type { Words } from './words.ts'

/** In px, of the page and of one of two side by side. */
const wholeWidth = 920
const halfWidth = 480

/** The learning curve as a picture file of its own, legible on light and dark pages: the README shows it. */
export function learningCurve(report: RunReport, words: Words): string {
  return lineChart({ ...accuracyChart(report, words), width: 860, plotHeight: 300, isStandalone: true })
}

/** The learning curve within the page. */
export function learningCurvePicture(report: RunReport, words: Words): Figure {
  const chart = accuracyChart(report, words)
  return {
    title: chart.title,
    svg: lineChart({ ...chart, width: wholeWidth, plotHeight: 270 }),
    narrow: lineChart({ ...chart, plotHeight: 230 }),
  }
}

function accuracyChart(report: RunReport, words: Words): LineChart {
  const fixed = report.comparison.find((row) => row.label === bestFixedLabel)
  const last = Math.max(1, report.steps)
  const series: ChartSeries[] = [
    ...evaluationSeries(report, words),
    { name: words.accuracyTrain, style: 'line', colour: 7, points: curvePoints(report.training.accuracy) },
  ]
  if (fixed !== undefined) {
    const points = [0, last].map((x) => ({ x, y: fixed.all.value }))
    series.push({ name: words.fixedLine(asPercent(fixed.all.value)), style: 'dashed', colour: 1, points })
  }
  return {
    title: words.accuracy,
    xLabel: words.step,
    series: series.filter(({ points }) => points.length > 0),
    yLimits: [0, 1],
    yFormat: asPercent,
  }
}

/** One series for each split and decoding that was measured; the values of the greedy ones are written beside them. */
function evaluationSeries({ evaluations }: RunReport, words: Words): ChartSeries[] {
  const groups = Map.groupBy(evaluations, ({ split, decoding }) => JSON.stringify([split, decoding]))
  const splits = [...new Set(evaluations.map(({ split }) => split))]
  return [...groups.values()].flatMap((list): ChartSeries[] => {
    const first = list[0]
    if (first === undefined) return []
    const colours = first.decoding === 'greedy' ? [0, 2] : [4, 5]
    return [
      {
        name: `${words.splits[first.split] ?? first.split}${words.separator}${words.decodings[first.decoding]}`,
        style: 'points',
        colour: colours[splits.indexOf(first.split) % 2] ?? 0,
        isLabelled: first.decoding === 'greedy' || groups.size === splits.length,
        points: list.map(({ step, accuracy: { value, low, high } }) => ({ x: step, y: value, low, high })),
      },
    ]
  })
}

type MetricSeries = (name: string, key: string, colour: number) => ChartSeries

function metricOf({ curve }: RunReport): MetricSeries {
  return (name, key, colour) => ({
    name,
    colour,
    style: 'line',
    points: curve.flatMap(({ step, metrics }) => {
      const y = metrics[key]
      return y === undefined || !Number.isFinite(y) ? [] : [{ x: step, y }]
    }),
  })
}

/** The other charts of the training; those without a number are left out. */
export function trainingFigures(report: RunReport, words: Words): Figure[] {
  const metric = metricOf(report)
  const hasCost = report.curve.some(({ metrics }) => (metrics['cost/cumulative'] ?? 0) > 0)
  const single = (title: string, key: string, colour: number): Omit<LineChart, 'xLabel'> => ({
    title,
    series: [metric(title, key, colour)],
  })
  const faults: Omit<LineChart, 'xLabel'> = {
    title: words.faults,
    series: [
      complement(metric(words.invalid, 'workflow/valid_rate', 4)),
      metric(words.fallback, 'workflow/fallback_rate', 3),
      metric(words.violations, 'workflow/violation_rate', 1),
      metric(words.unscorableRate, 'unscorable_rate', 7),
    ],
    // Hardly any fault should look like hardly any.
    yIncludes: [0, 0.1],
    yLimits: [0, 1],
    yFormat: asPercent,
  }
  const charts: Omit<LineChart, 'xLabel'>[] = [
    { title: words.reward, series: rewardSeries(report, words, metric) },
    { title: words.rewardParts, series: partSeries(report, metric) },
    ...(report.environment === 'workflows' ? [faults] : []),
    hasCost ? single(words.costCurve, 'cost/cumulative', 5) : single(words.callsCurve, 'cost/llm_calls', 5),
    single(words.entropy, 'entropy', 4),
    single(words.kl, 'kl', 4),
    single(words.gradient, 'grad_norm', 4),
    single(words.length, 'completions/mean_length', 5),
  ]
  const [first, ...others] = charts.flatMap((chart) => drawing(chart, report, words))
  return inPairs([...(first === undefined ? [] : [first]), ...groupPicture(report, words), ...others])
}

/** A chart that can be drawn at any width. */
interface Drawing {
  readonly title: string
  readonly draw: (width: number) => string
}

/** Two side by side; the last of an odd number has a row of its own. */
function inPairs(drawings: readonly Drawing[]): Figure[] {
  return drawings.map(({ title, draw }, i) =>
    i % 2 === 0 && i === drawings.length - 1
      ? { title, svg: draw(wholeWidth), narrow: draw(halfWidth) }
      : { title, svg: draw(halfWidth) },
  )
}

/** Nothing where no step has the metric. */
function drawing(chart: Omit<LineChart, 'xLabel'>, { curve }: RunReport, words: Words): Drawing[] {
  const series = chart.series.filter(({ points }) => points.length > 0)
  if (series.length === 0) return []
  const xRange = [curve[0]?.step ?? 0, curve.at(-1)?.step ?? 1] as const
  return [{ title: chart.title, draw: (width) => lineChart({ ...chart, series, xRange, width, xLabel: words.step }) }]
}

/** Groups that are all right, mixed or all wrong, as parts of a whole, averaged like the other curves. */
function groupPicture({ curve, training }: RunReport, words: Words): Drawing[] {
  const parts = [
    { name: words.allGood, key: 'by_group/frac_all_good', colour: 2 },
    { name: words.mixed, key: 'by_group/frac_mixed', colour: 0 },
    { name: words.allBad, key: 'by_group/frac_all_bad', colour: 7 },
  ]
  const known = curve.filter(({ metrics }) => parts.some(({ key }) => (metrics[key] ?? 0) > 0))
  const points = known.map(({ step }, i) => {
    const within = known.slice(Math.max(0, i + 1 - training.window), i + 1)
    const mean = (key: string): number =>
      within.reduce((sum, { metrics }) => sum + (metrics[key] ?? 0), 0) / within.length
    return { x: step, shares: Object.fromEntries(parts.map(({ name, key }) => [name, mean(key)])) }
  })
  const names = parts.map(({ name }) => name)
  const colours = parts.map(({ colour }) => colour)
  const chart = { title: words.signal, xLabel: words.step, parts: names, colours, points }
  return points.length < 2 ? [] : [{ title: words.signal, draw: (width) => stackedChart({ ...chart, width }) }]
}

function complement(series: ChartSeries): ChartSeries {
  return { ...series, points: series.points.map((point) => ({ ...point, y: 1 - point.y })) }
}

function rewardSeries(report: RunReport, words: Words, metric: MetricSeries): ChartSeries[] {
  const { window, reward } = report.training
  const mean: ChartSeries = { name: words.meanReward, style: 'line', colour: 0, points: curvePoints(reward) }
  return window === 1 ? [mean] : [mean, { ...metric(words.stepReward, 'reward', 7), style: 'faint' }]
}

/** What each named part of the reward adds to its mean; nothing where there is one part alone. */
function partSeries({ curve }: RunReport, metric: MetricSeries): ChartSeries[] {
  const names = curve.flatMap(({ metrics }) =>
    Object.keys(metrics).flatMap((key) => /^rewards\/(.+)\/mean$/.exec(key)?.[1] ?? []),
  )
  const parts = [...new Set(names)].sort()
  return parts.length < 2 ? [] : parts.map((name, i) => metric(name, `rewards/${name}/mean`, i % 8))
}

/** Operators by type: before above after, and over the training. */
export function operatorPictures(report: RunReport, words: Words): { shares: Figure; overTraining: Figure[] } {
  const { before, after } = report.operatorShares
  const parts = operatorNames(report)
  const isFinished = report.gain !== null
  // A run that was not measured again has nothing to compare with its beginning.
  const isMeasuredAgain = report.evaluations.some(({ step }) => step > 0)
  const named = (type: string): string => words.ofProblems(typeName(type, words), report.heldOut[type] ?? 0)
  const now = isFinished ? words.afterTraining : words.nowTraining
  const groups = report.types.map((type) => [
    { label: `${named(type)} · ${words.beforeTraining}`, shares: before[type] ?? {} },
    ...(isMeasuredAgain ? [{ label: `${named(type)} · ${now}`, shares: after[type] ?? {} }] : []),
  ])
  const overTraining = report.types.flatMap((type): Drawing[] => {
    const points = report.curve
      .map(({ step, metrics }) => ({ x: step, shares: operatorSharesOf(metrics, type) }))
      .filter(({ shares }) => Object.values(shares).some((share) => share > 0))
    const title = words.sharesOver(typeName(type, words))
    const chart = { title, xLabel: words.step, parts, points }
    return points.length < 2 ? [] : [{ title, draw: (width) => stackedChart({ ...chart, width }) }]
  })
  const chart = { title: words.operatorsHeldOut(report.split === 'train'), parts, groups, nothing: words.nothingCalled }
  return {
    shares: { title: chart.title, svg: shareChart({ ...chart, width: wholeWidth }), narrow: shareChart(chart) },
    overTraining: inPairs([...overTraining, ...callsPerWorkflow(report, words)]),
  }
}

function callsPerWorkflow(report: RunReport, words: Words): Drawing[] {
  const title = words.callsPerWorkflow
  const series = metricOf(report)(title, 'operators/calls', 7)
  return series.points.length < 2 ? [] : drawing({ title, series: [series] }, report, words)
}

/** Of all operators that were called, in one order for all charts. */
export function operatorNames({ types, operatorShares, curve }: RunReport): string[] {
  const tables = types.flatMap((type) => [
    operatorShares.before[type] ?? {},
    operatorShares.after[type] ?? {},
    ...curve.map(({ metrics }) => operatorSharesOf(metrics, type)),
  ])
  const names = tables.flatMap((shares) => Object.keys(shares).filter((name) => (shares[name] ?? 0) > 0))
  return [...new Set(names)].sort()
}

function curvePoints(curve: readonly CurvePoint[]): { x: number; y: number; low: number; high: number }[] {
  return curve.map(({ step, value, low, high }) => ({ x: step, y: value, low, high }))
}

function asPercent(value: number): string {
  return `${Math.round(value * 100)} %`
}
