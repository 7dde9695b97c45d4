/** What the policy writes for problems of each source: a picture of operators, and the commonest workflows as a table. */
import { grouped } from '../core/grouped.ts'
import { choiceChart } from './choice-chart.ts'
import type { Choices, SourceChoices } from './choices.ts'
import type { Block } from './document.ts'
import { fewestProblems, typeName, whole } from './phrases.ts'
import type { RunReport } from './run-report.ts'
import type { Words } from './words.ts'

/** More sources than these would be no picture: those with the most problems are shown. */
const shownSources = 60

/** Nothing where all problems come from one source of each type, or no operator was called. */
export function choiceBlocks(report: RunReport, words: Words): Block[] {
  const rows = shownRows(report)
  const chart = chartOf(rows, report, words)
  const svg = choiceChart({ ...chart, width: 920 })
  if (svg === '') return []
  const table = rows.map(({ source, type, problems, before, after }) => [
    typeName(type, words),
    nameOf(source),
    grouped(problems),
    ...[before, after].slice(0, chart.panels.length).map((choices) => choiceCell(choices, words)),
  ])
  const header = [words.type, words.source, 'n', ...chart.panels.map((panel) => words.commonest(panel))]
  return [
    {
      kind: 'figures',
      pictures: [{ title: chart.title, svg, narrow: choiceChart({ ...chart, width: 480, isStacked: true }) }],
      caption: words.choicesNote(hasLargeFamilies(rows) ? fewestProblems : null),
    },
    { kind: 'details', summary: words.commonestTitle, blocks: [{ kind: 'table', header, rows: table }] },
  ]
}

/** The picture as a file of its own, legible on light and dark pages; '' where there is nothing to show. */
export function choicesPicture(report: RunReport, words: Words): string {
  return choiceChart({ ...chartOf(shownRows(report), report, words), width: 860, isStandalone: true })
}

function chartOf(rows: readonly SourceChoices[], { gain }: RunReport, words: Words) {
  // A run that was not measured again has nothing to compare with its beginning.
  const isMeasuredAgain = rows.some(({ after }) => after !== null)
  const now = gain === null ? words.nowTraining : words.afterTraining
  return {
    title: words.choices,
    panels: [words.beforeTraining, ...(isMeasuredAgain ? [now] : [])],
    operators: operatorsOf(rows),
    rows: rows.map(({ source, type, before, after }) => ({
      label: nameOf(source),
      group: type,
      cells: [before, after],
    })),
  }
}

/** Whether two families of one type can be compared at all. */
function hasLargeFamilies(rows: readonly SourceChoices[]): boolean {
  const types = rows.filter(({ problems }) => problems >= fewestProblems).map(({ type }) => type)
  return types.length > new Set(types).size
}

function shownRows({ choices }: RunReport): SourceChoices[] {
  const most = [...choices].sort((a, b) => b.problems - a.problems).slice(0, shownSources)
  const rows = choices.filter((row) => most.includes(row))
  return rows.length === new Set(rows.map(({ type }) => type)).size ? [] : rows
}

function operatorsOf(rows: readonly SourceChoices[]): string[] {
  const names = rows.flatMap(({ before, after }) =>
    [before, after].flatMap((each) => Object.keys(each?.operators ?? {})),
  )
  return [...new Set(names)].sort()
}

function choiceCell(choices: Choices | null, words: Words): string {
  if (choices === null) return '–'
  const { workflow, share, correct, scored } = choices
  return `${workflow === '' ? words.nothingCalled : workflow} (${whole(share)})\n${words.solved(correct, scored)}`
}

/** `synth/ages` is a family of Baton's own problems: its name is enough. */
function nameOf(source: string): string {
  return source.replace(/^synth\//, '')
}
