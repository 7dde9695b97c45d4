/**
 * A line chart as an SVG string: lines, shaded bands, points with error bars, a legend and labelled axes. No DOM, no
 * script, no outside font: it opens anywhere, also as a picture file. Colours are CSS variables with fallbacks, so a page
 * can restyle it for a dark background.
 */
import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
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
  /** `points` draws markers with error bars joined by a thin line. */
  readonly style: 'line' | 'points' | 'dashed'
  /** Index into the palette. */
  readonly colour: number
}

export interface LineChart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly ChartSeries[]
  /** Fixed y range; else it fits the data. */
  readonly yRange?: readonly [number, number]
  readonly yFormat?: (value: number) => string
}

export const palette = ['#2563eb', '#d97706', '#059669', '#db2777', '#7c3aed', '#0891b2', '#65a30d', '#64748b']

const size = { width: 640, height: 300, left: 62, right: 14, top: 34, bottom: 62 } as const

export function lineChart(chart: LineChart): string {
  const points = chart.series.flatMap((series) => series.points)
  const inner = { right: size.width - size.right, bottom: size.height - size.bottom }
  const x = scaleLinear()
    .domain(extent(points.map((point) => point.x)))
    .range([size.left, inner.right])
  const y = scaleLinear()
    .domain(chart.yRange ?? extent(points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y])))
    .range([inner.bottom, size.top])
  if (chart.yRange === undefined) y.nice()
  const format = chart.yFormat ?? ((value: number) => String(value))
  const xTicks = x.ticks(8).filter((tick) => Number.isInteger(tick))
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeXml(chart.title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${size.width}" height="${size.height}" fill="var(--chart-background, #ffffff)"/>`,
    `<text x="${size.left}" y="18" font-size="14" font-weight="600" fill="var(--chart-text, #1f2937)">${escapeXml(chart.title)}</text>`,
    ...y.ticks(5).map((tick) => {
      const at = y(tick).toFixed(1)
      return `<line x1="${size.left}" x2="${inner.right}" y1="${at}" y2="${at}" stroke="var(--chart-grid, #e5e7eb)"/><text x="${size.left - 8}" y="${at}" dy="4" text-anchor="end" fill="var(--chart-muted, #6b7280)">${escapeXml(format(tick))}</text>`
    }),
    ...xTicks.map(
      (tick) =>
        `<text x="${x(tick).toFixed(1)}" y="${inner.bottom + 18}" text-anchor="middle" fill="var(--chart-muted, #6b7280)">${tick}</text>`,
    ),
    `<text x="${(size.left + inner.right) / 2}" y="${inner.bottom + 34}" text-anchor="middle" fill="var(--chart-muted, #6b7280)">${escapeXml(chart.xLabel)}</text>`,
    `<text transform="translate(14 ${(size.top + inner.bottom) / 2}) rotate(-90)" text-anchor="middle" fill="var(--chart-muted, #6b7280)">${escapeXml(chart.yLabel)}</text>`,
    ...chart.series.map((series) => drawSeries(series, x, y)),
    legend(chart.series),
    '</svg>',
  ]
  return parts.join('\n')
}

type Scale = (value: number) => number

function drawSeries(series: ChartSeries, x: Scale, y: Scale): string {
  const colour = palette[series.colour % palette.length] as string
  const path = line<ChartPoint>(
    (point) => x(point.x),
    (point) => y(point.y),
  )
  const drawn: string[] = []
  const banded = series.points.filter((point) => point.low !== undefined && point.high !== undefined)
  if (series.style === 'line' && banded.length > 1) {
    const band = area<ChartPoint>(
      (point) => x(point.x),
      (point) => y(point.low ?? point.y),
      (point) => y(point.high ?? point.y),
    )
    drawn.push(`<path d="${band(banded)}" fill="${colour}" opacity="0.16"/>`)
  }
  const width = series.style === 'points' ? 1.2 : 2
  const dash = series.style === 'dashed' ? ' stroke-dasharray="6 5"' : ''
  drawn.push(`<path d="${path([...series.points])}" fill="none" stroke="${colour}" stroke-width="${width}"${dash}/>`)
  if (series.style === 'points') {
    for (const point of series.points) {
      const [px, py] = [x(point.x).toFixed(1), y(point.y).toFixed(1)]
      if (point.low !== undefined && point.high !== undefined) {
        drawn.push(
          `<line x1="${px}" x2="${px}" y1="${y(point.low).toFixed(1)}" y2="${y(point.high).toFixed(1)}" stroke="${colour}" stroke-width="1.5"/>`,
        )
      }
      drawn.push(`<circle cx="${px}" cy="${py}" r="4" fill="${colour}"/>`)
    }
  }
  return drawn.join('\n')
}

/** One row under the chart; names that do not fit go to the next row. */
function legend(series: readonly ChartSeries[]): string {
  let at: number = size.left
  let row = size.height - 14
  return series
    .map(({ name, colour, style }) => {
      const width = 30 + name.length * 6.6
      if (at + width > size.width && at > size.left) {
        at = size.left
        row += 14
      }
      const stroke = palette[colour % palette.length] as string
      const dash = style === 'dashed' ? ' stroke-dasharray="4 3"' : ''
      const item = `<line x1="${at}" x2="${at + 16}" y1="${row - 4}" y2="${row - 4}" stroke="${stroke}" stroke-width="3"${dash}/><text x="${at + 21}" y="${row}" fill="var(--chart-text, #1f2937)">${escapeXml(name)}</text>`
      at += width
      return item
    })
    .join('\n')
}

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter((value) => Number.isFinite(value))
  if (finite.length === 0) return [0, 1]
  const low = Math.min(...finite)
  const high = Math.max(...finite)
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}
