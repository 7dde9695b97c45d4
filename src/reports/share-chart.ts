/** Shares of a whole as stacked horizontal bars, one row a case: which operators a policy uses, before and after. */
import { fill, ink } from './chart-colours.ts'
import { frame, legend, pixelWidth } from './chart-frame.ts'
import { escapeXml } from './escape.ts'

export interface ShareRow {
  readonly label: string
  /** Shares in 0..1 by part; they add up to 1, or to 0 where there is nothing. */
  readonly shares: Readonly<Record<string, number>>
}

export interface ShareChart {
  readonly title: string
  /** The parts in the order they are drawn; each keeps its colour over all rows. */
  readonly parts: readonly string[]
  /** Rows that belong together are adjacent. */
  readonly groups: readonly (readonly ShareRow[])[]
  /** In px. Default 480. */
  readonly width?: number
  /** Said in a row that has no shares. */
  readonly nothing: string
}

const rowHeight = 26
const groupGap = 12

export function shareChart({ title, parts, groups, nothing, width = 480 }: ShareChart): string {
  const items = parts.map((name, colour) => ({ name, colour, mark: 'area' as const }))
  const key = legend(items, { left: 16, right: width - 12, top: 38 })
  const left = 28 + Math.max(0, ...groups.flat().map((row) => pixelWidth(row.label)))
  const drawn: string[] = [key.svg]
  let top = key.bottom + 10
  for (const group of groups) {
    for (const row of group) {
      drawn.push(drawRow(row, parts, { left, top, span: width - 18 - left, nothing }))
      top += rowHeight
    }
    top += groupGap
  }
  return frame({ title, width, height: top + 4 }, drawn)
}

interface Place {
  readonly left: number
  readonly top: number
  readonly span: number
  readonly nothing: string
}

function drawRow({ label, shares }: ShareRow, parts: readonly string[], { left, top, span, nothing }: Place): string {
  const name = `<text x="${left - 10}" y="${top + 14.5}" text-anchor="end" ${ink.text}>${escapeXml(label)}</text>`
  if (parts.every((part) => (shares[part] ?? 0) === 0)) {
    return `${name}<text x="${left}" y="${top + 14.5}" ${ink.muted}>${escapeXml(nothing)}</text>`
  }
  let at = left
  const pieces = parts.map((part, colour) => {
    const share = shares[part] ?? 0
    const width = share * span
    const start = at
    at += width
    if (width < 0.5) return ''
    const text = `${Math.round(share * 100)} %`
    const inside =
      width > pixelWidth(text, 12) + 8
        ? `<text x="${(start + width / 2).toFixed(1)}" y="${top + 14}" text-anchor="middle" font-size="12" ${ink.ground}>${text}</text>`
        : ''
    return `<rect x="${start.toFixed(1)}" y="${top}" width="${Math.max(0.5, width - 1).toFixed(1)}" height="20" ${fill(colour)}><title>${escapeXml(part)} ${text}</title></rect>${inside}`
  })
  return name + pieces.join('')
}
