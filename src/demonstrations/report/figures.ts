/** Charts of the evaluation report: accuracy by shots, and the training's curves. */
import { type ChartSeries, type Figure, lineChart } from '../../reports/index.ts'
import type { AccuracyCell } from '../evaluation/accuracy-table.ts'
import type { TrainingCurve } from './evaluation-report.ts'
import { percentOfRate } from './numbers.ts'
import type { EvaluationWords } from './words-english.ts'

/** The same colour for a method in every report; others follow by their place. */
const colours: Readonly<Record<string, number>> = {
  learned: 0,
  similar: 1,
  random: 2,
  fixed: 3,
  rce: 4,
  untrained: 5,
  oracle: 6,
}

const asPercent = (rate: number): string => `${Math.round(rate * 100)} %`

/** @param cells those of all questions. */
export function accuracyPicture(cells: readonly AccuracyCell[], words: EvaluationWords): Figure {
  const methods = [...new Set(cells.map(({ method }) => method))]
  const shots = cells.map((cell) => cell.shots).filter((count) => count > 0)
  const ends = [Math.min(...shots), Math.max(...shots)]
  const series = methods.flatMap((method, i): ChartSeries[] => {
    const own = cells.filter((cell) => cell.method === method && cell.accuracy !== null)
    const shotless = own.find((cell) => cell.shots === 0)?.accuracy
    if (shotless !== undefined && shotless !== null) {
      const name = `${words.method(method)} ${percentOfRate(shotless.value)}`
      return [{ name, style: 'dashed', colour: 7, points: ends.map((x) => ({ x, y: shotless.value })) }]
    }
    const points = own.flatMap(({ shots: x, accuracy }) =>
      accuracy === null ? [] : [{ x, y: accuracy.value, low: accuracy.low, high: accuracy.high }],
    )
    return [{ name: words.method(method), style: 'line', colour: colours[method] ?? i, points }]
  })
  const chart = { title: words.byShots, xLabel: words.shotsAxis, series, yFormat: asPercent }
  return {
    title: chart.title,
    svg: lineChart({ ...chart, width: 920, plotHeight: 270 }),
    narrow: lineChart({ ...chart, plotHeight: 230 }),
  }
}

const rates: ReadonlySet<string> = new Set(['accuracy', 'signal'])

export function curveFigures(curves: readonly TrainingCurve[], words: EvaluationWords): Figure[] {
  const charts = new Map<string, TrainingCurve[]>()
  for (const curve of curves) {
    const key = `${curve.phase}/${curve.metric}`
    charts.set(key, [...(charts.get(key) ?? []), curve])
  }
  return [...charts.values()].flatMap((group) => {
    const { metric, phase } = group[0] as TrainingCurve
    const series = group
      .filter(({ points }) => points.length > 0)
      .map(({ label, points }, colour): ChartSeries => ({ name: label, style: 'line', colour, points }))
    if (series.length === 0) return []
    const title = words.metrics[metric] ?? metric
    const xLabel = words.axes[phase] ?? phase
    return [{ title, svg: lineChart({ title, xLabel, series, ...(rates.has(metric) ? { yFormat: asPercent } : {}) }) }]
  })
}
