/**
 * A line chart as an SVG string: lines, shaded bands, points with error bars, a legend and labelled axes. No DOM, no
 * script, no outside font: it opens anywhere, also as a picture file.
 */
import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { fill, ink, stroke } from './chart-colours.ts'
import { frame, legend, stepTicks } from './chart-frame.ts'
import { escapeXml } from './escape.ts'

export interface ChartPoint {
  readonly x: number
  readonly y: number
  /** Interval around y, drawn as a band (lines) or as an error bar (points). */
  readonly low?: number
  readonly high?: number
}

export interface ChartSeries {
  readonly name: string
  readonly points: readonly ChartPoint[]
  /** `points` draws markers with error bars, joined by a thin dotted line that claims nothing. */
  readonly style: 'line' | 'points' | 'dashed' | 'faint'
  /** Index into the palette. */
  readonly colour: number
  /** The first and the last of `points` carry their value. Default true. */
  readonly isLabelled?: boolean
}

export interface LineChart {
  readonly title: string
  readonly xLabel: string
  readonly series: readonly ChartSeries[]
  /** The steps that the x axis covers; else those of the points. */
  readonly xRange?: readonly [number, number]
  /** Values that the y axis shows in any case; else it fits the data, intervals included. */
  readonly yIncludes?: readonly number[]
  /** What a value can be at all: rounding the axis does not go beyond. */
  readonly yLimits?: readonly [number, number]
  readonly yFormat?: (value: number) => string
  /** In px. Default 480, the width of half a page. */
  readonly width?: number
  /** Of the plot alone, in px. Default 190. */
  readonly plotHeight?: number
  readonly isStandalone?: boolean
}

type Scale = (value: number) => number

/** More points than these get no text that shows under the pointer: the file would grow without use. */
const maxHoverPoints = 150

export function lineChart(chart: LineChart): string {
  const { title, width = 480, plotHeight = 190, isStandalone = false } = chart
  const items = chart.series.map(({ name, colour, style }) => ({ name, colour, mark: style }))
  const key = legend(items.length > 1 ? items : [], { left: 16, right: width - 12, top: 38 })
  const top = key.bottom + 14
  const bottom = top + plotHeight
  const right = width - 18
  const points = chart.series.flatMap((series) => series.points)
  const [lowest, highest] = extent([
    ...points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]),
    ...(chart.yIncludes ?? []),
  ])
  // Room for the values that are written above or below an error bar.
  const room = chart.series.some(({ style }) => style === 'points') ? 0.12 * (highest - lowest) : 0
  const y = scaleLinear()
    .domain([lowest - room, highest + room])
    .nice(5)
    .range([bottom, top])
  if (chart.yLimits !== undefined) y.domain(within(y.domain() as [number, number], chart.yLimits))
  const format = chart.yFormat ?? y.tickFormat(5)
  const left = 26 + 7.5 * Math.max(...y.ticks(5).map((tick) => format(tick).length))
  const x = scaleLinear()
    .domain(extent([...points.map((point) => point.x), ...(chart.xRange ?? [])]))
    .range([left + 6, right - 6])
  const parts = [
    key.svg,
    ...y.ticks(5).map((tick) => {
      const at = y(tick).toFixed(1)
      return `<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" ${ink.grid}/><text x="${left - 8}" y="${at}" dy="4.5" text-anchor="end" ${ink.muted}>${escapeXml(format(tick))}</text>`
    }),
    ...stepTicks(x.domain() as [number, number], Math.min(10, width / 60)).map(
      (tick) => `<text x="${x(tick).toFixed(1)}" y="${bottom + 19}" text-anchor="middle" ${ink.muted}>${tick}</text>`,
    ),
    `<text x="${right}" y="${bottom + 38}" text-anchor="end" ${ink.muted}>${escapeXml(chart.xLabel)} →</text>`,
    ...chart.series.map((series) => drawBand(series, x, y)),
    ...chart.series.map((series) => drawLine(series, x, y)),
    ...chart.series.map((series) => drawPoints(series, { x, y, format, xLabel: chart.xLabel })),
    ...chart.series.map((series) => drawEndLabels(series, { x, y, format, all: chart.series })),
  ]
  return frame({ title, width, height: bottom + 50, isStandalone }, parts)
}

function drawBand({ points, style, colour }: ChartSeries, x: Scale, y: Scale): string {
  const banded = points.filter((point) => point.low !== undefined && point.high !== undefined)
  if (style !== 'line' || banded.length < 2) return ''
  const band = area<ChartPoint>(
    (point) => x(point.x),
    (point) => y(point.low ?? point.y),
    (point) => y(point.high ?? point.y),
  ).digits(1)
  return `<path d="${band(banded)}" ${fill(colour)} opacity="0.15"/>`
}

function drawLine({ points, style, colour }: ChartSeries, x: Scale, y: Scale): string {
  if (points.length < 2) return ''
  const path = line<ChartPoint>(
    (point) => x(point.x),
    (point) => y(point.y),
  ).digits(1)
  const width = { line: 2.2, points: 1.4, dashed: 2.2, faint: 1.3 }[style]
  const more = {
    line: '',
    points: ' stroke-dasharray="1 4" stroke-linecap="round"',
    dashed: ' stroke-dasharray="7 5"',
    faint: ' stroke-opacity="0.4"',
  }
  return `<path d="${path([...points])}" fill="none" ${stroke(colour)} stroke-width="${width}" stroke-linejoin="round"${more[style]}/>`
}

function drawPoints(
  series: ChartSeries,
  {
    x,
    y,
    format,
    xLabel,
  }: { readonly x: Scale; readonly y: Scale; readonly format: (value: number) => string; readonly xLabel: string },
): string {
  const { points, style, colour, name } = series
  const isMarked = style === 'points' || points.length === 1
  if (!isMarked && (style !== 'line' || points.length > maxHoverPoints)) return ''
  const drawn = points.map((point) => {
    const [px, py] = [x(point.x).toFixed(1), y(point.y).toFixed(1)]
    const hover = `<title>${escapeXml(`${name}, ${xLabel} ${point.x}: ${hoverText(point, format)}`)}</title>`
    if (!isMarked) return `<circle cx="${px}" cy="${py}" r="5" fill-opacity="0">${hover}</circle>`
    const bar =
      point.low === undefined || point.high === undefined
        ? ''
        : `<line x1="${px}" x2="${px}" y1="${y(point.low).toFixed(1)}" y2="${y(point.high).toFixed(1)}" ${stroke(colour)} stroke-width="1.8"/>`
    return `${bar}<circle cx="${px}" cy="${py}" r="4.5" ${fill(colour)}>${hover}</circle>`
  })
  return drawn.join('\n')
}

/** The first and the last value of a `points` series, above its error bar, or below where a dashed line is in the way. */
function drawEndLabels(
  { points, style, isLabelled = true }: ChartSeries,
  {
    x,
    y,
    format,
    all,
  }: {
    readonly x: Scale
    readonly y: Scale
    readonly format: (value: number) => string
    readonly all: readonly ChartSeries[]
  },
): string {
  if (style !== 'points' || !isLabelled) return ''
  const lines = all.filter((series) => series.style === 'dashed').map((series) => y(series.points[0]?.y ?? 0))
  const ends = points.length > 1 ? [points[0], points.at(-1)] : points
  const labels = ends.flatMap((point, i) => {
    if (point === undefined) return []
    const isLast = i === 1
    const above = y(point.high ?? point.y) - 8
    const isCrossed = lines.some((line) => line > above - 16 && line < above + 5)
    const py = isCrossed ? y(point.low ?? point.y) + 19 : above
    return [
      `<text x="${(x(point.x) + (isLast ? 6 : -6)).toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${isLast ? 'end' : 'start'}" font-size="15" font-weight="700" ${ink.halo}>${escapeXml(format(point.y))}</text>`,
    ]
  })
  return labels.join('\n')
}

function hoverText({ y, low, high }: ChartPoint, format: (value: number) => string): string {
  return low === undefined || high === undefined ? format(y) : `${format(y)} [${format(low)}, ${format(high)}]`
}

function within([low, high]: readonly [number, number], [least, most]: readonly [number, number]): [number, number] {
  return [Math.max(low, least), Math.min(high, most)]
}

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter((value) => Number.isFinite(value))
  if (finite.length === 0) return [0, 1]
  const low = Math.min(...finite)
  const high = Math.max(...finite)
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}
