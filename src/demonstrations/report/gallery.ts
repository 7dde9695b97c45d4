/** One question with what each method shows before it, as a picture: who gets which demonstrations, and what comes of it. */
import { escapeXml, fill, frame, ink, pixelWidth } from '../../reports/index.ts'
import type { GalleryItem, GalleryQuestion } from './evaluation-report.ts'

export interface GalleryLabels {
  readonly asked: string
  readonly answer: string
  readonly says: string
  readonly failed: string
  readonly method: (name: string) => string
}

const card = { width: 200, image: 92, gap: 14, textSize: 12, lines: 3 } as const

/** Rows are methods; in each the demonstrations in the order of the prompt, the question last. */
export function galleryPicture(question: GalleryQuestion, labels: GalleryLabels, title: string): string {
  const shots = Math.max(1, ...question.picks.map(({ demonstrations }) => demonstrations.length))
  const hasImages = [question.asked, ...question.picks.flatMap(({ demonstrations }) => demonstrations)].some(
    (item) => item.image !== null,
  )
  const imageHeight = hasImages ? card.image : 0
  const rowHeight = imageHeight + 128
  const width = 32 + (shots + 1) * (card.width + card.gap)
  const parts = question.picks.flatMap((pick, row) => {
    const top = 42 + row * rowHeight
    const asked = { x: 16 + shots * (card.width + card.gap), top: top + 26 }
    const isRight = (pick.score ?? 0) > 0
    const said = pick.score === null ? labels.failed : `${labels.says}: ${pick.prediction ?? ''}  ${mark(pick.score)}`
    return [
      `<text x="16" y="${top + 14}" font-weight="600" ${ink.text}>${escapeXml(labels.method(pick.method))}</text>`,
      ...pick.demonstrations.map((item, i) =>
        drawCard(item, { x: 16 + i * (card.width + card.gap), top: top + 26 }, { imageHeight, label: labels.answer }),
      ),
      drawCard(question.asked, asked, { imageHeight, label: labels.asked }),
      `<text x="${asked.x + 10}" y="${asked.top + imageHeight + 88}" font-size="${card.textSize}" font-weight="700" ${fill(isRight ? 2 : 3)}>${escapeXml(clipped(said, card.width - 16))}</text>`,
    ]
  })
  return frame({ title, width, height: 48 + question.picks.length * rowHeight }, parts)
}

function mark(score: number): string {
  if (score === 0) return '✗'
  return score === 1 ? '✓' : `✓ ${score.toFixed(1)}`
}

function drawCard(
  item: GalleryItem,
  { x, top }: { readonly x: number; readonly top: number },
  { imageHeight, label }: { readonly imageHeight: number; readonly label: string },
): string {
  const lines = wrapped(item.question, card.width - 20, card.lines)
  const kind = item.kind === null ? '' : ` · ${item.kind}`
  return [
    `<rect x="${x + 0.5}" y="${top + 0.5}" width="${card.width}" height="${imageHeight + 94}" rx="7" fill="none" ${ink.grid}/>`,
    item.image === null
      ? ''
      : `<image href="${escapeXml(item.image)}" x="${x + 8}" y="${top + 8}" width="${card.width - 16}" height="${imageHeight - 8}" preserveAspectRatio="xMidYMid meet"/>`,
    ...lines.map(
      (line, i) =>
        `<text x="${x + 10}" y="${top + imageHeight + 18 + i * 16}" font-size="${card.textSize}" ${ink.text}>${escapeXml(line)}</text>`,
    ),
    `<text x="${x + 10}" y="${top + imageHeight + 70}" font-size="${card.textSize}" ${ink.muted}>${escapeXml(clipped(`${label}: ${item.answer}${kind}`, card.width - 16))}</text>`,
  ].join('\n')
}

/** Lines that fit the width; the last one ends in … where text is left over. */
function wrapped(text: string, width: number, maxLines: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`
    if (pixelWidth(longer, card.textSize) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = clipped(word, width)
  }
  if (line !== '') lines.push(line)
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines - 1), clipped(`${lines[maxLines - 1] ?? ''} ${lines[maxLines] ?? ''}`, width)]
}

function clipped(text: string, width: number): string {
  if (pixelWidth(text, card.textSize) <= width) return text
  let end = text.length
  while (end > 0 && pixelWidth(`${text.slice(0, end)}…`, card.textSize) > width) end--
  return `${text.slice(0, end)}…`
}
