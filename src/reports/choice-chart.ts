/** Which operators are called for problems of each source, as shaded cells: a panel before the training and one after. */
import { fill, ink } from './chart-colours.ts'
import { fontSize, frame, pixelWidth } from './chart-frame.ts'
import type { Choices } from './choices.ts'
import { escapeXml } from './escape.ts'

export interface ChoiceRow {
  readonly label: string
  /** Rows of one group are adjacent and share a colour. */
  readonly group: string
  readonly cells: readonly (Choices | null)[]
}

export interface ChoiceChart {
  readonly title: string
  /** Names of the panels, in the order of the rows' cells. */
  readonly panels: readonly string[]
  readonly operators: readonly string[]
  readonly rows: readonly ChoiceRow[]
  /** In px. Default 920. */
  readonly width?: number
  /** Panels below each other instead of side by side. */
  readonly isStacked?: boolean
  readonly isStandalone?: boolean
}

const rowHeight = 17
const groupGap = 10
const panelGap = 22

/** '' without a row or an operator. */
export function choiceChart(chart: ChoiceChart): string {
  const { title, panels, operators, rows, width = 920, isStacked = false, isStandalone = false } = chart
  if (rows.length === 0 || operators.length === 0) return ''
  const left = 24 + Math.max(...rows.map(({ label }) => pixelWidth(label, fontSize)))
  const columns = isStacked ? 1 : panels.length
  const panelWidth = (width - 18 - left - panelGap * (columns - 1)) / columns
  // Headings are slanted: this fraction of their length is vertical.
  const headings = 14 + 0.6 * Math.max(...operators.map((name) => pixelWidth(name, fontSize)))
  const breaks = new Set(rows.flatMap(({ group }, i) => (i > 0 && rows[i - 1]?.group !== group ? [i] : [])))
  const groups = [...new Set(rows.map(({ group }) => group))]
  const tops: number[] = []
  let below = 0
  for (const [i] of rows.entries()) {
    if (breaks.has(i)) below += groupGap
    tops.push(below)
    below += rowHeight
  }
  const panelHeight = headings + 20 + below
  const drawn = panels.map((name, panel) => {
    const x = isStacked ? left : left + panel * (panelWidth + panelGap)
    const top = 44 + (isStacked ? panel * (panelHeight + panelGap) : 0)
    const cellsTop = top + 20 + headings
    const step = panelWidth / operators.length
    const heads = operators.map((operator, k) => {
      const [hx, hy] = [x + step * (k + 0.5), cellsTop - 7]
      return `<text x="${hx.toFixed(1)}" y="${hy.toFixed(1)}" transform="rotate(-36 ${hx.toFixed(1)} ${hy.toFixed(1)})" ${ink.muted}>${escapeXml(operator)}</text>`
    })
    const cells = rows.map((row, i) =>
      drawRow(row, { panel, operators, x, top: cellsTop + (tops[i] ?? 0), step, groups }),
    )
    const labels =
      isStacked || panel === 0 ? rows.map(({ label }, i) => rowLabel(label, left, cellsTop + (tops[i] ?? 0))) : []
    return [
      `<text x="${x.toFixed(1)}" y="${top + 12}" font-weight="600" ${ink.text}>${escapeXml(name)}</text>`,
      ...heads,
      ...labels,
      ...cells,
    ].join('\n')
  })
  const height =
    44 + (isStacked ? panels.length : 1) * panelHeight + (isStacked ? (panels.length - 1) * panelGap : 0) + 14
  return frame({ title, width, height, isStandalone }, drawn)
}

function rowLabel(label: string, left: number, top: number): string {
  return `<text x="${(left - 8).toFixed(1)}" y="${(top + 12.5).toFixed(1)}" text-anchor="end" ${ink.text}>${escapeXml(label)}</text>`
}

interface RowPlace {
  readonly panel: number
  readonly operators: readonly string[]
  readonly x: number
  readonly top: number
  readonly step: number
  readonly groups: readonly string[]
}

function drawRow({ label, group, cells }: ChoiceRow, { panel, operators, x, top, step, groups }: RowPlace): string {
  const choices = cells[panel] ?? null
  return operators
    .map((operator, k) => {
      const share = choices?.operators[operator] ?? 0
      const place = `x="${(x + step * k + 1).toFixed(1)}" y="${top.toFixed(1)}" width="${(step - 2).toFixed(1)}" height="${rowHeight - 2}"`
      const ground = `<rect ${place} ${fill(7)} fill-opacity="0.08"/>`
      if (share === 0) return ground
      const hover = `<title>${escapeXml(`${label}, ${operator}: ${Math.round(share * 100)} %`)}</title>`
      return `${ground}<rect ${place} ${fill(groups.indexOf(group))} fill-opacity="${(0.15 + 0.85 * share).toFixed(2)}">${hover}</rect>`
    })
    .join('')
}
