/** Shares of a whole over the steps, as stacked areas that fill the plot: how the operators of one problem type change. */
import { scaleLinear } from 'd3-scale'
import { area } from 'd3-shape'
import { fill, ink } from './chart-colours.ts'
import { frame, legend, stepTicks } from './chart-frame.ts'
import { escapeXml } from './escape.ts'

export interface SharesAt {
  readonly x: number
  /** In 0..1 by part; they add up to 1. */
  readonly shares: Readonly<Record<string, number>>
}

export interface StackedChart {
  readonly title: string
  readonly xLabel: string
  readonly parts: readonly string[]
  /** Indices into the palette, one a part; by default in their order. */
  readonly colours?: readonly number[]
  readonly points: readonly SharesAt[]
  readonly width?: number
}

const plotHeight = 170

/** Empty with fewer than two points. */
export function stackedChart({ title, xLabel, parts, colours, points, width = 480 }: StackedChart): string {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || first === last) return ''
  const colourOf = (part: number): number => colours?.[part] ?? part
  const items = parts.map((name, part) => ({ name, colour: colourOf(part), mark: 'area' as const }))
  const key = legend(items, { left: 16, right: width - 12, top: 38 })
  const top = key.bottom + 10
  const bottom = top + plotHeight
  const [left, right] = [58, width - 18]
  const x = scaleLinear().domain([first.x, last.x]).range([left, right])
  const y = scaleLinear().domain([0, 1]).range([bottom, top])
  const below = points.map(() => 0)
  const layers = parts.map((part, at) => {
    const rows = points.map((point, i) => {
      const low = below[i] as number
      const high = low + (point.shares[part] ?? 0)
      below[i] = high
      return { x: point.x, low, high }
    })
    if (rows.every((row) => row.high === row.low)) return ''
    const path = area<(typeof rows)[number]>(
      (row) => x(row.x),
      (row) => y(row.low),
      (row) => y(row.high),
    ).digits(1)
    const hover = `${part}: ${percent(first.shares[part] ?? 0)} → ${percent(last.shares[part] ?? 0)}`
    return `<path d="${path(rows)}" ${fill(colourOf(at))} fill-opacity="0.9"><title>${escapeXml(hover)}</title></path>`
  })
  const ticks = stepTicks([first.x, last.x], 8)
  return frame({ title, width, height: bottom + 50 }, [
    key.svg,
    ...layers,
    ...[0, 0.5, 1].map(
      (share) =>
        `<text x="${left - 8}" y="${y(share).toFixed(1)}" dy="4.5" text-anchor="end" ${ink.muted}>${percent(share)}</text>`,
    ),
    ...ticks.map(
      (tick) => `<text x="${x(tick).toFixed(1)}" y="${bottom + 19}" text-anchor="middle" ${ink.muted}>${tick}</text>`,
    ),
    `<text x="${right}" y="${bottom + 38}" text-anchor="end" ${ink.muted}>${escapeXml(xLabel)} →</text>`,
  ])
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
