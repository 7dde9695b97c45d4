/** One group whole: question, reference answer, what it teaches, and its rollouts side by side, equal programs as one. */
import type { AdvantageDerivation, AdvantageOptions } from '../../core/advantages.ts'
import { countKinds } from '../../core/failure-kinds.ts'
import { lineDiff } from '../../core/line-diff.ts'
import { problemText } from '../../core/problem.ts'
import type { RolloutRecord } from '../../core/records.ts'
import { visibleText } from '../../core/visible-text.ts'
import {
  type FoundProblem,
  failureName,
  partsText,
  words as reportWords,
  traceOf,
  verdictText,
} from '../../reports/index.ts'
import { dollars } from '../format.ts'
import { said } from '../language.ts'
import { textWidth, wrapText } from '../text-width.ts'
import { typeWord } from '../words/common.ts'
import { advantageText, scaleText } from './advantage-text.ts'
import { lessonText, rewardText } from './cells.ts'
import { type SideBySideRow, sideBySide } from './side-by-side.ts'
import type { DigestGroup } from './tables.ts'
import type { ShowWords } from './words-english.ts'

export interface WholeGroup {
  /** Of all rollouts, whichever of them are shown. */
  readonly group: DigestGroup
  /** Those to show, whole. */
  readonly rollouts: readonly RolloutRecord[]
  readonly problem: FoundProblem
  /** As the step was trained with; null for an evaluation. */
  readonly options: AdvantageOptions | null
}

export interface ViewStyle {
  readonly words: ShowWords
  readonly width: number
  readonly emphasize: (text: string) => string
}

export function groupView(whole: WholeGroup, style: ViewStyle): string[] {
  return [...headLines(whole, style), ...sideBySide(rolloutRows(whole, style.words), style)]
}

function headLines({ group, options, problem }: WholeGroup, { words, width, emphasize }: ViewStyle): string[] {
  const { problemId, problemType, source, difficulty, right, members, mean, deviation, commonest, lesson } = group
  const { phase, label, step } = members[0]?.rollout ?? { phase: 'train', label: '', step: 0 }
  const { group: say } = words
  const place = phase === 'train' ? say.step(step) : say.evaluation(label, step)
  const equal =
    commonest === null || commonest.count < 2
      ? []
      : [say.equalRewards(commonest.count, members.length, rewardText(commonest.reward))]
  const result = say.resultText(words.of(right, members.length), rewardText(mean), rewardText(deviation))
  const failures = countKinds(members.map(({ rollout }) => rollout)).map(({ kind, rollouts }) => {
    const name = kind.includes('/') ? `${failureName(kind, words.language)} (${kind})` : kind
    return `${rollouts} ${name}`
  })
  const fields = [
    [say.from, say.source(source, difficulty)],
    [say.result, [result, ...equal].join(words.comma)],
    ...(phase === 'train' ? [[say.teaches, lessonText(lesson, words)]] : []),
    ...(failures.length === 0 ? [] : [[say.failures, failures.join('\n')]]),
    ...(options === null || phase !== 'train' ? [] : [[say.advantage, scaleText(options, words)]]),
    ...(problem.kind === 'missing'
      ? [[say.question, say.notShown(said(problem.reason))]]
      : [
          [say.question, problemText(problem.problem)],
          [say.answer, problem.problem.answer],
        ]),
  ] as const
  return [emphasize(visibleText(say.title(problemId, typeWord(problemType), place))), ...fieldLines(fields, width)]
}

/** Names at the left, their texts beside them. */
function fieldLines(fields: readonly (readonly string[])[], width: number): string[] {
  const gutter = Math.max(...fields.map(([name = '']) => textWidth(name))) + 2
  return fields.flatMap(([name = '', text = '']) =>
    wrapText(visibleText(text).trimEnd(), Math.max(20, width - gutter)).map((line, i) =>
      `${i === 0 ? name : ''}${' '.repeat(gutter - (i === 0 ? textWidth(name) : 0))}${line}`.trimEnd(),
    ),
  )
}

interface ShownRollout {
  readonly record: RolloutRecord
  readonly derivation: AdvantageDerivation | null
}

function rolloutRows({ group, rollouts }: WholeGroup, words: ShowWords): SideBySideRow[] {
  const derivations = new Map(group.members.map(({ rollout, derivation }) => [rollout.rollout, derivation]))
  const columns = new Map<string, ShownRollout[]>()
  for (const record of rollouts) {
    const shown = { record, derivation: derivations.get(record.rollout) ?? null }
    const column = columns.get(record.text)
    if (column === undefined) columns.set(record.text, [shown])
    else column.push(shown)
  }
  const all = [...columns.values()]
  const { rollout: say } = words
  const isAlone = rollouts.length === 1
  const row = (label: string, of: (shown: ShownRollout) => string): SideBySideRow => ({
    label,
    cells: all.map((column) => visibleText(together(column, of, words))),
  })
  return [
    { label: '', cells: all.map((column) => titleOf(column, words)) },
    row(say.verdict, ({ record }) => verdictText(record.score, traceOf(record).decidedBy, reportWords[words.language])),
    row(say.answer, ({ record }) => answerText(record, isAlone, words)),
    row(say.reward, ({ record }) => partsText(record.score, reportWords[words.language])),
    row(say.advantage, ({ record, derivation }) =>
      record.phase === 'train' ? advantageText(record.advantage, derivation, words) : '',
    ),
    row(say.failure, ({ record }) => failuresText(record, words)),
    row(say.calls, ({ record }) => callsText(record, words)),
    row(say.repairs, ({ record }) =>
      traceOf(record)
        .repairs.map(({ kind, line }) => say.repair(kind, line))
        .join(words.separator),
    ),
    {
      label: isOfDemonstrations(rollouts) ? say.picks : say.program,
      cells: all.map(([first]) => (first === undefined ? '' : programText(first.record, words))),
    },
  ]
}

/** What was picked, instead of a program. */
function isOfDemonstrations(rollouts: readonly RolloutRecord[]): boolean {
  return rollouts.some((record) => record.outcome.environment === 'demonstrations')
}

function titleOf(column: readonly ShownRollout[], { rollout: say, separator }: ShowWords): string {
  const numbers = column.map(({ record }) => record.rollout)
  return numbers.length === 1 ? say.one(numbers[0] ?? 0) : say.several(numbers.join(separator), numbers.length)
}

/** One text where the rollouts of the column agree, else each text with the rollouts that it is about. */
function together(
  column: readonly ShownRollout[],
  of: (shown: ShownRollout) => string,
  { separator, rollout: say }: ShowWords,
): string {
  const texts = new Map<string, number[]>()
  for (const shown of column) {
    const text = of(shown)
    const numbers = texts.get(text)
    if (numbers === undefined) texts.set(text, [shown.record.rollout])
    else numbers.push(shown.record.rollout)
  }
  if (texts.size === 1) return [...texts.keys()][0] ?? ''
  return [...texts].map(([text, numbers]) => `${numbers.join(separator)}: ${text || say.nothing}`).join('\n')
}

const shownAnswerLines = 6
const shownAnswer = 240

/** Whole where it is the only rollout; else its beginning. */
function answerText(record: RolloutRecord, isAlone: boolean, { rollout: say }: ShowWords): string {
  const { prediction } = traceOf(record)
  if (prediction === null || prediction === '') return say.nothing
  if (isAlone) return prediction.trimEnd()
  const lines = prediction.trimEnd().split('\n')
  const head = lines.slice(0, shownAnswerLines).join('\n').slice(0, shownAnswer)
  return head.length < prediction.trimEnd().length ? `${head.replace(/[\uD800-\uDBFF]$/, '')}…` : head
}

function failuresText({ failures }: RolloutRecord, { language }: ShowWords): string {
  return failures
    .map(({ boundary, code, message }) => {
      const kind = `${boundary}/${code}`
      return `${failureName(kind, language)} (${kind}): ${message}`
    })
    .join('\n')
}

function callsText(record: RolloutRecord, { rollout: say, separator }: ShowWords): string {
  if (record.outcome.environment === 'demonstrations') return say.callsAlone(record.llmCalls, dollars(record.costUsd))
  const names = traceOf(record).operators.map(({ operator }) => operator)
  // Several calls of one operator in a row are one entry.
  const runs: { name: string; count: number }[] = []
  for (const name of names) {
    const last = runs.at(-1)
    if (last?.name === name) last.count += 1
    else runs.push({ name, count: 1 })
  }
  const list = runs.map(({ name, count }) => (count === 1 ? name : `${name} ×${count}`)).join(separator)
  return say.callsText(record.llmCalls, dollars(record.costUsd), list || say.noOperator)
}

/** As a diff of what was written against what ran, where they differ. */
function programText(record: RolloutRecord, { rollout: say }: ShowWords): string {
  const marks = { same: ' ', removed: '-', added: '+' }
  const diff = lineDiff(record.text, traceOf(record).program ?? record.text)
  const isSame = diff.every(({ kind }) => kind === 'same')
  const lines = diff.map(({ kind, text }) => (isSame ? text : `${marks[kind]} ${text}`))
  return visibleText([...(isSame ? [] : [say.marks]), ...lines].join('\n'))
}
