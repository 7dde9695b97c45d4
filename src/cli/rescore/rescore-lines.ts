/** A rescoring as text: old verdicts against new ones by scorer, accuracies, and examples of what changed. */
import { rateByProblem } from '../../core/clustered-rate.ts'
import { grouped } from '../../core/grouped.ts'
import { visibleText } from '../../core/visible-text.ts'
import type { Rescored, RescoredRollout } from '../../session/rescore/index.ts'
import { rateText } from '../format.ts'
import { said } from '../language.ts'
import { paint } from '../paint.ts'
import { terminalWidth, textTable } from '../text-table.ts'
import { cutText } from '../text-width.ts'
import { rescoreWords } from './words.ts'

const newVerdicts = ['true', 'false', 'unscorable', 'judge'] as const

export function rescoreLines(rescored: Rescored, examples: number): string[] {
  const { rollouts, leftOut, missing, judge } = rescored
  const words = rescoreWords()
  const changed = rollouts.filter(({ before, after }) => before.verdict !== after.verdict)
  const others = Object.entries(leftOut).filter(([, count]) => count > 0)
  return [
    words.counts(grouped(rollouts.length), grouped(changed.length)),
    ...others.map(([reason, count]) => `  ${words.leftOut(grouped(count), words.reasons[reason] ?? reason)}`),
    ...missing.map((reason) => `  ${visibleText(said(reason))}`),
    ...(judge === null ? [] : [`  ${words.asked(visibleText(judge.model), grouped(judge.calls), judge.costUsd)}`]),
    ...verdictTable(rollouts),
    ...accuracyTable(rollouts),
    ...changed.slice(0, examples).flatMap(exampleLines),
  ]
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const shape = titles.map((title, i) => ({ title, side: i === 0 ? ('left' as const) : ('right' as const), rank: 0 }))
  const [head = '', ...lines] = textTable(shape, rows, terminalWidth())
  return ['', paint(process.stdout).bold(head), ...lines]
}

/** One row for each old scorer and verdict. */
function verdictTable(rollouts: readonly RescoredRollout[]): string[] {
  const words = rescoreWords()
  const groups = Map.groupBy(rollouts, ({ before }) => `${before.scorer} ${before.verdict}`)
  const rows = [...groups].sort().map(([, group]) => {
    const { scorer, verdict } = (group[0] as RescoredRollout).before
    const counts = newVerdicts.map((name) => group.filter(({ after }) => after.verdict === name).length)
    return [words.was(scorer, words.verdicts[verdict]), ...counts.map((count) => (count === 0 ? '·' : grouped(count)))]
  })
  return table([words.before, ...newVerdicts.map((name) => words.now(words.verdicts[name]))], rows)
}

/** Of each evaluation and of the training; what has no verdict is left out of the rate. */
function accuracyTable(rollouts: readonly RescoredRollout[]): string[] {
  const words = rescoreWords()
  const groups = Map.groupBy(rollouts, ({ phase, label, step }) => (phase === 'train' ? '' : `${label} (${step})`))
  const rate = (group: readonly RescoredRollout[], side: 'before' | 'after'): string => {
    const outcomes = group.map(({ problemId, [side]: { verdict } }) => ({
      problemId,
      isCorrect: verdict === 'true' ? true : verdict === 'false' ? false : null,
    }))
    return outcomes.every(({ isCorrect }) => isCorrect === null) ? '–' : rateText(rateByProblem(outcomes))
  }
  const rows = [...groups].map(([name, group]) => [
    name === '' ? words.training : visibleText(name),
    rate(group, 'before'),
    rate(group, 'after'),
  ])
  return table([words.right, words.earlier, words.today], rows)
}

function exampleLines(rollout: RescoredRollout): string[] {
  const { problemId, label, step, before, after, prediction, reference } = rollout
  const words = rescoreWords()
  const width = Math.min(terminalWidth(), 120)
  const short = (text: string): string => cutText(visibleText(text).replace(/\s+/g, ' '), width - 16)
  const where = label === '' ? words.step(step) : visibleText(label)
  return [
    '',
    `${visibleText(problemId)} · ${where} · ${words.verdicts[before.verdict]} → ${words.verdicts[after.verdict]}`,
    `  ${words.answer}${short(prediction.slice(-400))}`,
    `  ${words.reference}${short(reference)}`,
    `  ${words.earlier}: ${before.scorer}, ${short(said(before.reason))}`,
    `  ${words.today}: ${after.scorer}, ${short(said(after.reason))}`,
  ]
}
