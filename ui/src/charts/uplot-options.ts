/** A chart's specification as uPlot takes it. */
import type uPlot from 'uplot'
import { dollars, number } from '../format.ts'
import type { ChartLine, ChartSpec, Format } from './chart-spec.ts'

export interface Inks {
  readonly series: readonly string[]
  readonly text: string
  readonly grid: string
}

/** Of the style sheet, as it is now. */
export function readInks(): Inks {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  return {
    series: Array.from({ length: 8 }, (_, i) => value(`--series-${i}`)),
    text: value('--muted'),
    grid: value('--line'),
  }
}

export function formatted(value: number | null | undefined, format: Format): string {
  if (value === null || value === undefined) return '–'
  if (format === 'percent') return `${(value * 100).toFixed(value !== 0 && Math.abs(value) < 0.1 ? 1 : 0)} %`
  if (format === 'dollars') return dollars(value)
  return format === 'seconds' ? `${number(value)} s` : number(value)
}

const opacities = { band: '26', stack: 'd9' }

interface Drawn {
  readonly data: uPlot.AlignedData
  readonly series: uPlot.Series[]
  readonly bands: uPlot.Band[]
}

export function drawn(spec: ChartSpec, inks: Inks): Drawn {
  const colourOf = ({ colour }: ChartLine): string => inks.series[colour % inks.series.length] ?? inks.text
  return spec.kind === 'stack' ? stacked(spec, colourOf) : lined(spec, colourOf)
}

function lined({ xs, lines }: ChartSpec, colourOf: (line: ChartLine) => string): Drawn {
  const data: (readonly (number | null)[])[] = [xs]
  const series: uPlot.Series[] = [{}]
  const bands: uPlot.Band[] = []
  for (const line of lines) {
    const stroke = colourOf(line)
    if (line.band !== undefined) {
      if (line.style === 'points') {
        // Intervals of single measurements: drawn as bars, from low to high.
        series.push({ stroke, width: 1.5, points: { show: false }, paths: () => null })
        series.push({ stroke, width: 1.5, points: { show: false }, paths: bars })
        data.push(line.band.low, line.band.high)
      } else {
        const edge = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: true }
        series.push(edge, edge)
        data.push(line.band.high, line.band.low)
        bands.push({ series: [series.length - 2, series.length - 1], fill: stroke + opacities.band })
      }
    }
    series.push({
      label: line.name,
      stroke,
      width: line.style === 'points' ? 1 : 2,
      spanGaps: true,
      ...(line.style === 'dashed' ? { dash: [6, 5] } : {}),
      ...(line.style === 'points' ? { dash: [2, 4] } : {}),
      points: { show: line.style === 'points' || xs.length < 2, size: 8, fill: stroke },
    })
    data.push(line.values)
  }
  return { data: data as uPlot.AlignedData, series, bands }
}

/** A vertical bar from the series before to this one. */
const bars: uPlot.Series.PathBuilder = (chart, index, from, to) => {
  const stroke = new Path2D()
  const [xs, lows, highs] = [chart.data[0], chart.data[index - 1], chart.data[index]]
  for (let i = from; i <= to; i++) {
    const [x, low, high] = [xs[i], lows?.[i], highs?.[i]]
    if (x === undefined || low === null || low === undefined || high === null || high === undefined) continue
    const at = Math.round(chart.valToPos(x, 'x', true))
    stroke.moveTo(at, chart.valToPos(low, 'y', true))
    stroke.lineTo(at, chart.valToPos(high, 'y', true))
  }
  return { stroke, fill: null, clip: null, band: null, gaps: null, flags: 1 } as unknown as uPlot.Series.Paths
}

/** The highest sum first: each lower one is painted over it. */
function stacked({ xs, lines }: ChartSpec, colourOf: (line: ChartLine) => string): Drawn {
  const sums: (number | null)[][] = []
  for (const { values } of lines) {
    const below = sums.at(-1)
    sums.push(
      xs.map((_, i) =>
        values[i] === null || values[i] === undefined ? (below?.[i] ?? null) : values[i] + (below?.[i] ?? 0),
      ),
    )
  }
  const order = lines.map((line, i) => ({ line, sum: sums[i] ?? [] })).reverse()
  return {
    data: [xs, ...order.map(({ sum }) => sum)] as unknown as uPlot.AlignedData,
    series: [
      {},
      ...order.map(({ line }): uPlot.Series => {
        const colour = colourOf(line)
        return {
          label: line.name,
          stroke: colour,
          width: 1,
          fill: colour,
          spanGaps: true,
          points: { show: xs.length < 2 },
        }
      }),
    ],
    bands: [],
  }
}
