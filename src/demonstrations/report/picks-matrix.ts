/** Counts which kind of demonstration goes with which kind of question, and draws the counts as a picture. */
import { escapeXml, fill, frame, ink, pixelWidth } from '../../reports/index.ts'
import type { EvaluatedQuestion } from '../evaluation/evaluation-record.ts'
import type { PicksMatrix } from './evaluation-report.ts'

/** More kinds than this make the picture unreadable. */
const maxKinds = 16

/**
 * @param kindOf the kind of a question or demonstration by its id; null where it has none.
 * @returns null where questions have no kinds, or only one.
 */
export function picksMatrix(
  rows: readonly EvaluatedQuestion[],
  kindOf: (id: string) => string | null,
): PicksMatrix | null {
  const [first] = rows
  if (first === undefined || first.shots === 0) return null
  const counts = new Map<string, Map<string, number>>()
  for (const row of rows) {
    const asked = kindOf(row.questionId)
    if (asked === null) continue
    const own = counts.get(asked) ?? new Map<string, number>()
    counts.set(asked, own)
    for (const id of row.demonstrations) {
      const kind = kindOf(id)
      if (kind !== null) own.set(kind, (own.get(kind) ?? 0) + 1)
    }
  }
  const total = (own: ReadonlyMap<string, number>): number => [...own.values()].reduce((sum, count) => sum + count, 0)
  const kinds = [...counts.keys()]
    .sort((a, b) => total(counts.get(b) ?? new Map()) - total(counts.get(a) ?? new Map()) || (a < b ? -1 : 1))
    .slice(0, maxKinds)
    .sort()
  if (kinds.length < 2) return null
  const all = [...counts.values()].reduce((sum, own) => sum + total(own), 0)
  const same = [...counts].reduce((sum, [kind, own]) => sum + (own.get(kind) ?? 0), 0)
  return {
    method: first.method,
    shots: first.shots,
    kinds,
    shares: kinds.map((asked) => {
      const own = counts.get(asked) ?? new Map<string, number>()
      return kinds.map((kind) => (own.get(kind) ?? 0) / Math.max(1, total(own)))
    }),
    sameKindRate: same / Math.max(1, all),
    picks: all,
  }
}

export interface MatrixLabels {
  readonly title: string
  readonly questions: string
  readonly demonstrations: string
}

const cell = 26
/** Pictures side by side are drawn to one scale. */
const leastWidth = 500

/** A square a pair of kinds, the darker the larger the share; shares of 10 % and more carry their number. */
export function picksPicture(matrix: PicksMatrix, labels: MatrixLabels, colour: number): string {
  const { kinds, shares } = matrix
  const left = 24 + Math.max(60, ...kinds.map((kind) => pixelWidth(kind)))
  const top = 72 + Math.max(30, ...kinds.map((kind) => pixelWidth(kind) * 0.8))
  const size = kinds.length * cell
  const parts = [
    `<text x="16" y="46" ${ink.muted}>${escapeXml(`${labels.questions} ↓  ${labels.demonstrations} →`)}</text>`,
    ...kinds.map((kind, i) => {
      const x = left + i * cell + cell / 2
      return `<text transform="translate(${x + 4} ${top - 8}) rotate(-50)" ${ink.text}>${escapeXml(kind)}</text>`
    }),
    ...kinds.map((kind, i) => {
      const y = top + i * cell + cell / 2
      return `<text x="${left - 8}" y="${y}" dy="4.5" text-anchor="end" ${ink.text}>${escapeXml(kind)}</text>`
    }),
    ...shares.flatMap((row, i) =>
      row.map((share, j) => square(share, { row: i, column: j, left, top, colour, kinds })),
    ),
  ]
  const right = left + size + Math.max(20, pixelWidth(kinds.at(-1) ?? '') * 0.65)
  return frame(
    {
      title: labels.title,
      width: Math.ceil(Math.max(right, leastWidth, 32 + 1.1 * pixelWidth(labels.title, 15))),
      height: top + size + 18,
    },
    parts,
  )
}

function square(
  share: number,
  at: { row: number; column: number; left: number; top: number; colour: number; kinds: readonly string[] },
): string {
  const x = at.left + at.column * cell
  const y = at.top + at.row * cell
  const hover = `${at.kinds[at.row]} ← ${at.kinds[at.column]}: ${(share * 100).toFixed(1)} %`
  const opacity = (0.04 + 0.96 * Math.min(1, share)).toFixed(3)
  const isDark = share > 0.55
  const text =
    share < 0.095
      ? ''
      : `<text x="${x + cell / 2}" y="${y + cell / 2}" dy="4" text-anchor="middle" font-size="11" ${isDark ? ink.ground : ink.text}>${Math.round(share * 100)}</text>`
  return `<rect x="${x + 1}" y="${y + 1}" width="${cell - 2}" height="${cell - 2}" rx="3" ${fill(at.colour)} opacity="${opacity}"><title>${escapeXml(hover)}</title></rect>${text}`
}
