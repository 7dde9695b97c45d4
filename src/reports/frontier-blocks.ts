/** The section on accuracy against calls: picture, what it says, and the numbers behind it. */
import { readingOf } from '../core/difference-reading.ts'
import { bestFixedLabel, fixedOverallLabel, oracleLabel } from '../core/evaluation-labels.ts'
import type { Block, Figure } from './document.ts'
import type { Frontier, FrontierRow } from './frontier.ts'
import { type FrontierMark, frontierChart } from './frontier-chart.ts'
import { callsText, inPoints, policyLabel, rateCell, typeName } from './phrases.ts'
import type { RunReport } from './run-report.ts'
import type { Words } from './words.ts'

export const frontierFile = 'frontier.svg'

export function frontierBlocks({ frontier }: RunReport, words: Words): Block[] {
  if (frontier === null) return []
  const rows = frontier.rows.map((row) => [policyLabel(row, words), callsText(row.calls), rateCell(row.accuracy)])
  return [
    { kind: 'heading', level: 2, text: words.frontier },
    { kind: 'figures', pictures: [frontierPicture(frontier, words)], file: frontierFile },
    ...againstHullLines(frontier, words).map((text): Block => ({ kind: 'paragraph', text })),
    { kind: 'table', header: [words.who, words.callsPerProblem, words.solvedShare], rows },
    { kind: 'paragraph', text: words.frontierNote, isNote: true },
    {
      kind: 'details',
      summary: words.frontierParts,
      blocks: [
        {
          kind: 'table',
          header: [words.type, words.workflow, words.callsPerProblem, words.solvedShare],
          rows: frontier.parts.map(({ type, workflow, calls, accuracy }) => [
            typeName(type, words),
            workflow,
            callsText(calls),
            rateCell(accuracy),
          ]),
        },
      ],
    },
  ]
}

/** One sentence for each decoding of the latest policy. */
export function againstHullLines({ against, rows }: Frontier, words: Words): string[] {
  return against.map((above) => {
    const row = rows.find(({ label }) => label === above.label)
    const who = row === undefined ? above.label : policyLabel(row, words)
    const [points, interval] = inPoints(above)
    const percent = (value: number): string => `${(value * 100).toFixed(1)} %`
    return words.againstHull[readingOf(above)]({
      who,
      calls: callsText(above.cost),
      accuracy: percent(above.value),
      hull: percent(above.hullValue),
      points,
      interval,
      n: above.n,
    })
  })
}

function frontierPicture(frontier: Frontier, words: Words): Figure {
  const chart = chartOf(frontier, words)
  return {
    title: chart.title,
    svg: frontierChart({ ...chart, width: 920, plotHeight: 330 }),
    narrow: frontierChart(chart),
  }
}

/** The picture as a file of its own, legible on light and dark pages. '' where no frontier was measured. */
export function frontierFilePicture({ frontier }: RunReport, words: Words): string {
  if (frontier === null) return ''
  return frontierChart({ ...chartOf(frontier, words), width: 860, plotHeight: 330, isStandalone: true })
}

function chartOf({ hull, rows }: Frontier, words: Words) {
  return {
    title: words.frontier,
    xLabel: words.callsPerProblem,
    yLabel: words.solvedShare,
    hullName: words.hullName,
    hull,
    marks: rows.map((row) => markOf(row, words)),
  }
}

const colours: Readonly<Record<string, number>> = {
  [fixedOverallLabel]: 1,
  [bestFixedLabel]: 1,
  [oracleLabel]: 2,
  before: 4,
}

function markOf(row: FrontierRow, words: Words): FrontierMark {
  const { value, low, high } = row.accuracy
  return {
    name: policyLabel(row, words),
    calls: row.calls,
    accuracy: value,
    low,
    high,
    colour: colours[row.name] ?? 0,
    isHollow: row.decoding === 'sampled',
  }
}
