/** The report's figures: which metrics stand in which chart. */
import { type ChartSeries, lineChart } from './line-chart.ts'
import type { RunReport } from './run-report.ts'
import { type ShareRow, shareChart } from './share-chart.ts'
import type { Words } from './words.ts'

/** The learning curve alone, as the README shows it. */
export function learningCurve(report: RunReport, words: Words): string {
  const fixed = report.comparison.find((row) => row.label === 'best-fixed')
  const last = report.curve.at(-1)?.step ?? 1
  const series: ChartSeries[] = [
    {
      name: words.accuracyTrain,
      style: 'line',
      colour: 7,
      points: report.curve.map(({ step, metrics }) => ({
        x: step,
        y: metrics['accuracy'] ?? 0,
        low: metrics['accuracy/low'] ?? 0,
        high: metrics['accuracy/high'] ?? 0,
      })),
    },
    {
      name: words.accuracyHeldOut,
      style: 'points',
      colour: 0,
      points: report.evaluations.map(({ step, accuracy }) => ({
        x: step,
        y: accuracy.value,
        low: accuracy.low,
        high: accuracy.high,
      })),
    },
  ]
  if (fixed !== undefined) {
    const points = [0, last].map((x) => ({ x, y: fixed.all.value }))
    series.push({ name: words.fixedLine, style: 'dashed', colour: 1, points })
  }
  return lineChart({
    title: words.accuracy,
    xLabel: words.step,
    yLabel: words.accuracy,
    series,
    yRange: [0, 1],
    yFormat: asPercent,
  })
}

/** All charts of the report, in reading order. */
export function figures(report: RunReport, words: Words): string[] {
  const series = (name: string, metric: string, colour: number): ChartSeries => ({
    name,
    colour,
    style: 'line',
    points: report.curve.flatMap(({ step, metrics }) => {
      const y = metrics[metric]
      return y === undefined ? [] : [{ x: step, y }]
    }),
  })
  const rates = (title: string, list: readonly ChartSeries[]): string =>
    lineChart({ title, xLabel: words.step, yLabel: '', series: list, yRange: [0, 1], yFormat: asPercent })
  return [
    learningCurve(report, words),
    lineChart({
      title: words.reward,
      xLabel: words.step,
      yLabel: words.reward,
      series: [series(words.rewardWithin, 'reward', 0)],
    }),
    rates(words.health, [
      series(words.valid, 'workflow/valid_rate', 2),
      series(words.fallback, 'workflow/fallback_rate', 3),
      series(words.violations, 'workflow/violation_rate', 1),
      series(words.noSignal, 'frac_reward_zero_std', 7),
    ]),
    lineChart({
      title: words.optimisation,
      xLabel: words.step,
      yLabel: '',
      series: [series(words.entropy, 'entropy', 4), series(words.kl, 'kl', 5)],
    }),
    lineChart({
      title: words.costCurve,
      xLabel: words.step,
      yLabel: words.dollars,
      series: [series(words.dollars, 'cost/cumulative', 6)],
    }),
  ]
}

/** Operator shares by problem type, before above after. */
export function operatorFigure(report: RunReport, words: Words): string {
  const { before, after } = report.operatorShares
  const parts = [
    ...new Set([before, after].flatMap((table) => Object.values(table).flatMap((shares) => Object.keys(shares)))),
  ].sort()
  const rows: ShareRow[] = report.types.flatMap((type) => [
    { label: `${type} · ${words.beforeTraining}`, shares: before[type] ?? {} },
    { label: `${type} · ${words.afterTraining}`, shares: after[type] ?? {} },
  ])
  return shareChart({ title: words.learned, parts, rows })
}

function asPercent(value: number): string {
  return `${Math.round(value * 100)} %`
}
