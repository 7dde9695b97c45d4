/** Shares of a whole as stacked horizontal bars, one row a case: which operators a policy uses, before and after. */
import { escapeXml } from './escape.ts'
import { palette } from './line-chart.ts'

export interface ShareRow {
  readonly label: string
  /** Shares in 0..1 by part; they add up to 1, or to 0 where there is nothing. */
  readonly shares: Readonly<Record<string, number>>
}

export interface ShareChart {
  readonly title: string
  /** The parts in the order they are drawn; each keeps its colour over all rows. */
  readonly parts: readonly string[]
  readonly rows: readonly ShareRow[]
}

const size = { width: 640, left: 130, right: 14, top: 34, row: 26 } as const

export function shareChart(chart: ShareChart): string {
  const bottom = size.top + chart.rows.length * size.row
  const height = bottom + 40
  const span = size.width - size.left - size.right
  const bars = chart.rows.map((row, index) => {
    const top = size.top + index * size.row
    let at: number = size.left
    const pieces = chart.parts.map((part, colour) => {
      const width = (row.shares[part] ?? 0) * span
      const start = at
      at += width
      if (width < 0.5) return ''
      const share = Math.round((row.shares[part] ?? 0) * 100)
      const text =
        width > 34
          ? `<text x="${(start + width / 2).toFixed(1)}" y="${top + 14}" text-anchor="middle" font-size="11" fill="#ffffff">${share} %</text>`
          : ''
      return `<rect x="${start.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="18" fill="${palette[colour % palette.length]}"><title>${escapeXml(part)} ${share} %</title></rect>${text}`
    })
    return `<text x="${size.left - 8}" y="${top + 13}" text-anchor="end" fill="var(--chart-text, #1f2937)">${escapeXml(row.label)}</text>${pieces.join('')}`
  })
  let at: number = size.left - 100
  const legend = chart.parts.map((part, colour) => {
    const item = `<rect x="${at}" y="${bottom + 14}" width="10" height="10" fill="${palette[colour % palette.length]}"/><text x="${at + 14}" y="${bottom + 23}" font-size="11" fill="var(--chart-text, #1f2937)">${escapeXml(part)}</text>`
    at += 22 + part.length * 6
    return item
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" role="img" aria-label="${escapeXml(chart.title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${size.width}" height="${height}" fill="var(--chart-background, #ffffff)"/>`,
    `<text x="16" y="18" font-size="14" font-weight="600" fill="var(--chart-text, #1f2937)">${escapeXml(chart.title)}</text>`,
    ...bars,
    ...legend,
    '</svg>',
  ].join('\n')
}
