/** The report's figures: which metrics stand in which chart. */
import { bestFixedLabel } from '../core/evaluation-labels.ts'
import type { Picture } from './document.ts'
import { type ChartSeries, type LineChart, lineChart } from './line-chart.ts'
import { operatorSharesOf, type RunReport } from './run-report.ts'
import { shareChart } from './share-chart.ts'
import { stackedChart } from './stacked-chart.ts'
import type { CurvePoint } from './training-curve.ts'
import type { Words } from './words.ts'

/** The learning curve as a picture file of its own, legible on light and dark pages: the README shows it. */
export function learningCurve(report: RunReport, words: Words): string {
  return lineChart({ ...accuracyChart(report, words), width: 860, plotHeight: 300, isStandalone: true })
}

/** The learning curve within the page. */
export function learningCurvePicture(report: RunReport, words: Words): Picture {
  const chart = accuracyChart(report, words)
  return {
    title: chart.title,
    svg: lineChart({ ...chart, width: 920, plotHeight: 270 }),
    narrow: lineChart({ ...chart, plotHeight: 230 }),
  }
}

function accuracyChart(report: RunReport, words: Words): LineChart {
  const fixed = report.comparison.find((row) => row.label === bestFixedLabel)
  const last = Math.max(1, report.steps)
  const series: ChartSeries[] = [
    {
      name: words.accuracyHeldOut,
      style: 'points',
      colour: 0,
      points: report.evaluations.map(({ step, accuracy: { value, low, high } }) => ({ x: step, y: value, low, high })),
    },
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
    yRange: [0, 1],
    yFormat: asPercent,
  }
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
export function trainingPictures(report: RunReport, words: Words): Picture[] {
  const metric = metricOf(report)
  const rates = { yRange: [0, 1], yFormat: asPercent } as const
  const hasCost = report.curve.some(({ metrics }) => (metrics['cost/cumulative'] ?? 0) > 0)
  const charts: Omit<LineChart, 'xLabel'>[] = [
    { title: words.reward, series: rewardSeries(report, words, metric) },
    {
      title: words.validity,
      series: [
        metric(words.format, 'workflow/format_rate', 0),
        metric(words.valid, 'workflow/valid_rate', 2),
        metric(words.fallback, 'workflow/fallback_rate', 3),
        metric(words.violations, 'workflow/violation_rate', 1),
      ],
      ...rates,
    },
    {
      title: words.signal,
      series: [
        metric(words.mixed, 'by_group/frac_mixed', 0),
        metric(words.allGood, 'by_group/frac_all_good', 2),
        metric(words.allBad, 'by_group/frac_all_bad', 3),
        metric(words.unscorableRate, 'unscorable_rate', 7),
      ],
      ...rates,
    },
    hasCost
      ? { title: words.costCurve, series: [metric(words.costCurve, 'cost/cumulative', 5)] }
      : { title: words.callsCurve, series: [metric(words.callsCurve, 'cost/llm_calls', 5)] },
    { title: words.entropy, series: [metric(words.entropy, 'entropy', 4)] },
    { title: words.kl, series: [metric(words.kl, 'kl', 4)] },
    { title: words.gradient, series: [metric(words.gradient, 'grad_norm', 4)] },
    { title: words.length, series: [metric(words.length, 'completions/mean_length', 5)] },
  ]
  return charts
    .map((chart) => ({ ...chart, series: chart.series.filter(({ points }) => points.length > 0) }))
    .filter(({ series }) => series.length > 0)
    .map((chart) => ({ title: chart.title, svg: lineChart({ ...chart, xLabel: words.step }) }))
}

function rewardSeries(report: RunReport, words: Words, metric: MetricSeries): ChartSeries[] {
  const { window, reward } = report.training
  const mean: ChartSeries = { name: words.meanReward, style: 'line', colour: 0, points: curvePoints(reward) }
  return window === 1 ? [mean] : [mean, { ...metric(words.stepReward, 'reward', 7), style: 'faint' }]
}

/** Operators by type: before above after, and over the training. */
export function operatorPictures(report: RunReport, words: Words): { shares: Picture; overTraining: Picture[] } {
  const { before, after } = report.operatorShares
  const parts = operatorNames(report)
  const isFinished = report.gain !== null
  const groups = report.types.map((type) => [
    { label: `${type} · ${words.beforeTraining}`, shares: before[type] ?? {} },
    { label: `${type} · ${isFinished ? words.afterTraining : words.nowTraining}`, shares: after[type] ?? {} },
  ])
  const overTraining = report.types.flatMap((type) => {
    const points = report.curve
      .map(({ step, metrics }) => ({ x: step, shares: operatorSharesOf(metrics, type) }))
      .filter(({ shares }) => Object.values(shares).some((share) => share > 0))
    const title = words.sharesOver(type)
    const svg = stackedChart({ title, xLabel: words.step, parts, points })
    return svg === '' ? [] : [{ title, svg }]
  })
  const chart = { title: words.operatorsHeldOut, parts, groups, nothing: words.nothingCalled }
  return {
    shares: { title: chart.title, svg: shareChart({ ...chart, width: 920 }), narrow: shareChart(chart) },
    overTraining: [...overTraining, ...callsPerWorkflow(report, words)],
  }
}

function callsPerWorkflow(report: RunReport, words: Words): Picture[] {
  const title = words.callsPerWorkflow
  const series = metricOf(report)(title, 'operators/calls', 7)
  return series.points.length < 2 ? [] : [{ title, svg: lineChart({ title, xLabel: words.step, series: [series] }) }]
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
