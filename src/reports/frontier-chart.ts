/**
 * Accuracy against calls as an SVG string: the hull of the fixed workflows as a line with the ground that it covers, and
 * policies as marks with error bars and their names beside them. No DOM, no script, no outside font.
 */
import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { fill, haloed, ink, stroke } from './chart-colours.ts'
import { fontSize, frame, pixelWidth } from './chart-frame.ts'
import { escapeXml } from './escape.ts'

export interface FrontierPoint {
  readonly calls: number
  readonly accuracy: number
}

export interface FrontierMark extends FrontierPoint {
  readonly name: string
  readonly low: number
  readonly high: number
  /** Index into the palette. */
  readonly colour: number
  /** Drawn as a ring: the same policy, decoded otherwise. */
  readonly isHollow?: boolean
}

export interface FrontierChart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly hullName: string
  /** Vertices, calls ascending. */
  readonly hull: readonly FrontierPoint[]
  readonly marks: readonly FrontierMark[]
  /** In px. Default 480. */
  readonly width?: number
  /** Of the plot alone, in px. Default 260. */
  readonly plotHeight?: number
  readonly isStandalone?: boolean
}

/** @returns '' where there is nothing to draw. */
export function frontierChart(chart: FrontierChart): string {
  const { title, hull, marks, width = 480, plotHeight = 260, isStandalone = false } = chart
  if (hull.length === 0 && marks.length === 0) return ''
  const top = 58
  const bottom = top + plotHeight
  const right = width - 18
  const values = [...hull.map(({ accuracy }) => accuracy), ...marks.flatMap(({ low, high }) => [low, high])]
  const y = scaleLinear()
    .domain([Math.max(0, Math.min(...values) - 0.03), Math.min(1, Math.max(...values) + 0.03)])
    .range([bottom, top])
    .nice(5)
  const left = 26 + 7.5 * Math.max(...y.ticks(5).map((tick) => percent(tick).length))
  const most = Math.max(1, ...hull.map(({ calls }) => calls), ...marks.map(({ calls }) => calls))
  const x = scaleLinear()
    .domain([0, most * 1.06])
    .range([left, right])
  const places = marks.map((mark) => ({
    mark,
    x: x(mark.calls),
    y: y(mark.accuracy),
    low: y(mark.low),
    high: y(mark.high),
  }))
  const hullLine = hull.map((point) => ({ x: x(point.calls), y: y(point.accuracy) }))
  const labels = placeLabels(
    places.map((place) => ({ text: place.mark.name, x: place.x, y: place.y, colour: place.mark.colour })),
    [
      ...places.map((place) => ({
        left: place.x - 7,
        right: place.x + 7,
        top: place.high - 2,
        bottom: place.low + 2,
        weight: 1,
      })),
      ...alongLine(hullLine),
    ],
    { left, right: width - 6, top: top - 4, bottom: bottom - 2 },
  )
  const parts = [
    ...y.ticks(5).map((tick) => {
      const at = y(tick).toFixed(1)
      return `<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" ${ink.grid}/><text x="${left - 8}" y="${at}" dy="4.5" text-anchor="end" ${ink.muted}>${percent(tick)}</text>`
    }),
    ...x
      .ticks(Math.min(10, width / 60))
      .map(
        (tick) => `<text x="${x(tick).toFixed(1)}" y="${bottom + 19}" text-anchor="middle" ${ink.muted}>${tick}</text>`,
      ),
    `<text x="${left}" y="${top - 12}" ${ink.muted}>↑ ${escapeXml(chart.yLabel)}</text>`,
    `<text x="${right}" y="${bottom + 38}" text-anchor="end" ${ink.muted}>${escapeXml(chart.xLabel)} →</text>`,
    drawHull(chart, hullLine, { right, bottom }),
    `<text x="${right - 6}" y="${bottom - 10}" text-anchor="end" ${ink.muted}>${escapeXml(chart.hullName)}</text>`,
    ...places.map(drawMark),
    ...labels.map(drawLabel),
  ]
  return frame({ title, width, height: bottom + 50, isStandalone }, parts)
}

interface Dot {
  readonly x: number
  readonly y: number
}

const hullColour = 7

function drawHull(
  { hull, hullName }: FrontierChart,
  dots: readonly Dot[],
  { right, bottom }: { readonly right: number; readonly bottom: number },
): string {
  const last = dots.at(-1)
  if (last === undefined) return ''
  // More calls than the last vertex needs add nothing: what it reaches stays in reach.
  const beyond = { x: right, y: last.y }
  const path = line<Dot>(
    ({ x }) => x,
    ({ y }) => y,
  ).digits(1)
  const under = area<Dot>(
    ({ x }) => x,
    bottom,
    ({ y }) => y,
  ).digits(1)
  const vertices = dots.map(({ x, y }, i) => {
    const { calls, accuracy } = hull[i] as FrontierPoint
    const hover = `<title>${escapeXml(`${hullName}: ${calls.toFixed(1)}, ${percent(accuracy, 1)}`)}</title>`
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" ${fill(hullColour)}>${hover}</circle>`
  })
  return `<path d="${under([...dots, beyond])}" ${fill(hullColour)} opacity="0.12"/><path d="${path([...dots])}" fill="none" ${stroke(hullColour)} stroke-width="2"/><path d="${path([last, beyond])}" fill="none" ${stroke(hullColour)} stroke-width="2" stroke-dasharray="3 5"/>${vertices.join('')}`
}

interface Place extends Dot {
  readonly mark: FrontierMark
  readonly low: number
  readonly high: number
}

function drawMark({ mark, x, y, low, high }: Place): string {
  const { name, calls, accuracy, colour, isHollow = false } = mark
  const text = `${name}: ${calls.toFixed(1)}, ${percent(accuracy, 1)} [${percent(mark.low, 1)}, ${percent(mark.high, 1)}]`
  const hover = `<title>${escapeXml(text)}</title>`
  const at = `cx="${x.toFixed(1)}" cy="${y.toFixed(1)}"`
  const dot = isHollow
    ? `<circle ${at} r="5" ${ink.ground}/><circle ${at} r="5" fill="none" ${stroke(colour)} stroke-width="2.5">${hover}</circle>`
    : `<circle ${at} r="5.5" ${fill(colour)}>${hover}</circle>`
  return `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${low.toFixed(1)}" y2="${high.toFixed(1)}" ${stroke(colour)} stroke-width="1.8"/>${dot}`
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

interface Label extends Dot {
  readonly text: string
  readonly colour: number
}

interface PlacedLabel extends Label {
  readonly box: Box
  readonly distance: number
}

interface Drawn extends Box {
  /** How bad it is to be covered by a label. */
  readonly weight: number
}

/** Small boxes along the line, which labels keep clear of. */
function alongLine(dots: readonly Dot[]): Drawn[] {
  return dots.slice(1).flatMap((to, i) => {
    const from = dots[i] as Dot
    const count = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 12))
    return Array.from({ length: count + 1 }, (_, k) => {
      const [x, y] = [from.x + ((to.x - from.x) * k) / count, from.y + ((to.y - from.y) * k) / count]
      return { left: x - 2, right: x + 2, top: y - 2, bottom: y + 2, weight: 0.15 }
    })
  })
}

const distances = [12, 24, 38, 54, 72]
const directions = [0, 180, 45, 315, 135, 225, 90, 270].map((degrees) => (degrees * Math.PI) / 180)

/** Each label where it covers the least of what is drawn, as near to its dot as can be. */
function placeLabels(labels: readonly Label[], drawn: readonly Drawn[], within: Box): PlacedLabel[] {
  const placed: PlacedLabel[] = []
  for (const label of labels) {
    const taken = [...drawn, ...placed.map(({ box }) => ({ ...box, weight: 1 }))]
    const options = distances.flatMap((distance) =>
      directions.map((angle) => {
        const box = shifted(labelBox(label, distance, angle), within)
        const covered = taken.reduce((sum, other) => sum + other.weight * overlap(box, other), 0)
        return { ...label, box, distance, cost: covered + 0.6 * distance }
      }),
    )
    const [best] = options.sort((a, b) => a.cost - b.cost)
    if (best !== undefined) placed.push(best)
  }
  return placed
}

function labelBox({ text, x, y }: Label, distance: number, angle: number): Box {
  const width = 1.14 * pixelWidth(text, fontSize)
  const height = fontSize + 3
  const centre = x + Math.cos(angle) * (distance + width / 2)
  const middle = y - Math.sin(angle) * (distance + height / 2)
  return { left: centre - width / 2, right: centre + width / 2, top: middle - height / 2, bottom: middle + height / 2 }
}

/** The box moved to be inside `within`. */
function shifted(box: Box, within: Box): Box {
  const dx = Math.max(0, within.left - box.left) - Math.max(0, box.right - within.right)
  const dy = Math.max(0, within.top - box.top) - Math.max(0, box.bottom - within.bottom)
  return { left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy }
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return width > 0 && height > 0 ? width * height + 20 : 0
}

function drawLabel({ text, x, y, box, distance, colour }: PlacedLabel): string {
  const middle = (box.top + box.bottom) / 2
  const nearest = { x: Math.min(box.right, Math.max(box.left, x)), y: Math.min(box.bottom, Math.max(box.top, y)) }
  const leader =
    distance > 24
      ? `<line x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" x2="${nearest.x.toFixed(1)}" y2="${nearest.y.toFixed(1)}" ${stroke(colour)} stroke-opacity="0.5"/>`
      : ''
  return `${leader}<text x="${box.left.toFixed(1)}" y="${(middle + 4.5).toFixed(1)}" font-weight="600" ${haloed(colour)}>${escapeXml(text)}</text>`
}

function percent(value: number, digits = 0): string {
  return `${(value * 100).toFixed(digits)} %`
}
