/** What all charts share: the card, its title, the legend, and how wide a text will be. */
import { scaleLinear } from 'd3-scale'
import { chartStyle, fill, ink, stroke } from './chart-colours.ts'
import { escapeXml } from './escape.ts'

export const fontSize = 13

/** Rough width in px: an em for a character of East Asia, little more than half of one for others. */
export function pixelWidth(text: string, size = fontSize): number {
  let ems = 0
  for (const character of text) ems += /[\u2e80-\u9fff\uff00-\uffef]/.test(character) ? 1 : 0.55
  return ems * size
}

/**
 * Whole numbers for the axis of the steps: the first and the last step, and round ones between them that are not too close
 * to either.
 * @param count of ticks, about.
 */
export function stepTicks([first, last]: readonly [number, number], count: number): number[] {
  const round = scaleLinear()
    .domain([first, last])
    .ticks(count)
    .filter((tick) => Number.isInteger(tick))
  const gap = (last - first) / Math.max(1, count) / 2
  const between = round.filter((tick) => tick - first > gap && last - tick > gap)
  return [...new Set([Math.ceil(first), ...between, Math.floor(last)])].filter((tick) => tick >= first && tick <= last)
}

export interface LegendItem {
  readonly name: string
  readonly colour: number
  readonly mark: 'line' | 'dashed' | 'faint' | 'points' | 'area'
}

/** The legend as rows that fit between `left` and `right`. @param top of the first row. */
export function legend(
  items: readonly LegendItem[],
  { left, right, top }: { left: number; right: number; top: number },
): { readonly svg: string; readonly bottom: number } {
  let at = left
  let row = top
  const drawn = items.map((item) => {
    const width = 24 + pixelWidth(item.name)
    if (at + width > right && at > left) {
      at = left
      row += 20
    }
    const svg = `${legendMark(item, at, row + 8)}<text x="${at + 22}" y="${row + 12.5}" ${ink.text}>${escapeXml(item.name)}</text>`
    at += width + 16
    return svg
  })
  return { svg: drawn.join('\n'), bottom: items.length === 0 ? top : row + 20 }
}

function legendMark({ colour, mark }: LegendItem, x: number, y: number): string {
  if (mark === 'area') return `<rect x="${x + 2}" y="${y - 5}" width="12" height="10" rx="2" ${fill(colour)}/>`
  if (mark === 'points') return `<circle cx="${x + 8}" cy="${y}" r="4.5" ${fill(colour)}/>`
  const dash = mark === 'dashed' ? ' stroke-dasharray="5 3"' : ''
  const opacity = mark === 'faint' ? ' stroke-opacity="0.45"' : ''
  return `<line x1="${x}" x2="${x + 16}" y1="${y}" y2="${y}" ${stroke(colour)} stroke-width="3"${dash}${opacity}/>`
}

export interface Frame {
  readonly title: string
  readonly width: number
  readonly height: number
  /** For a picture file: brings its own style sheet, and a border that shows on any page. */
  readonly isStandalone?: boolean
}

export function frame({ title, width, height, isStandalone = false }: Frame, parts: readonly string[]): string {
  const border = isStandalone
    ? `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" ${ink.ground}/><rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="none" ${ink.grid}/>`
    : `<rect width="${width}" height="${height}" ${ink.ground}/>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${isStandalone ? `width="${width}" height="${height}" ` : ''}role="img" aria-label="${escapeXml(title)}" font-family="system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif" font-size="${fontSize}">`,
    ...(isStandalone ? [`<style>${chartStyle}</style>`] : []),
    border,
    `<text x="16" y="26" font-size="15" font-weight="600" ${ink.text}>${escapeXml(title)}</text>`,
    ...parts,
    '</svg>',
  ].join('\n')
}
