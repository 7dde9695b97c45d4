/**
 * The report from top to bottom: question and answer, set-up, accuracies, curves, what was learned, examples, what went
 * wrong, cost, and how to look further. Says what and where from; how it looks is the renderers'.
 */

import { bestFixedLabel, fixedOverallLabel, isFixedLabel } from '../core/evaluation-labels.ts'
import { grouped } from '../core/grouped.ts'
import type { PairedDifference } from '../core/paired-tests.ts'
import { changeBlocks } from './change-blocks.ts'
import { choiceBlocks } from './choice-blocks.ts'
import type { Block, Field } from './document.ts'
import { exampleBlocks, exampleTitle } from './example-blocks.ts'
import type { WorkflowExample } from './examples.ts'
import { failureBlocks } from './failure-blocks.ts'
import { learningCurvePicture, operatorNames, operatorPictures, trainingFigures } from './figures.ts'
import { findingText } from './finding-words.ts'
import { frontierBlocks } from './frontier-blocks.ts'
import { judgeBlocks } from './judge-blocks.ts'
import {
  callRows,
  callsText,
  differenceCell,
  hasLearned,
  learnedOf,
  outcomeOf,
  policyLabel,
  rateCell,
  settingText,
  typeName,
  verdictLines,
  whole,
} from './phrases.ts'
import type { RunReport } from './run-report.ts'
import type { SettingName } from './settings.ts'
import { type Words, wordsOf } from './words.ts'

/** The policy was measured on problems that it was trained on (`evaluation.split: train`). */
const isTrainedOn = ({ split }: RunReport): boolean => split === 'train'
const heading = (text: string, level: 1 | 2 | 3 = 2): Block => ({ kind: 'heading', level, text })
const paragraph = (text: string): Block => ({ kind: 'paragraph', text })
const note = (text: string): Block => ({ kind: 'paragraph', text, isNote: true })

export function reportBlocks(report: RunReport, languageWords: Words): Block[] {
  const words = wordsOf(report, languageWords)
  const hasOperators = report.environment === 'workflows'
  return [
    heading(words.title(report.name), 1),
    note(report.createdAt.slice(0, 16).replace('T', ' ').concat(' UTC')),
    {
      kind: 'verdict',
      outcome: outcomeOf(report),
      question: report.bestOfN === null ? words.questionText(isTrainedOn(report)) : words.frozenQuestion,
      lines: verdictLines(report, words),
    },
    ...warnings(report, words),
    ...(report.gain === null && report.bestOfN === null
      ? [
          paragraph(words.goOn),
          { kind: 'code', language: 'sh', text: `npx baton train --resume ${report.folder}` } as const,
        ]
      : []),
    ...setUp(report, words),
    ...changeBlocks(report.changes, words),
    heading(words.comparison(isTrainedOn(report))),
    ...comparison(report, words),
    ...frontierBlocks(report, words),
    ...curves(report, words),
    ...(hasOperators ? [heading(hasLearned(report) ? words.learned : words.otherwise), ...learned(report, words)] : []),
    ...examples('best', report, words),
    ...examples('worst', report, words),
    heading(words.wrong),
    ...failureBlocks(report, words),
    heading(words.calls),
    ...calls(report, words),
    heading(words.further),
    paragraph(words.furtherText),
    { kind: 'code', language: 'sh', text: furtherCommands(report) },
  ]
}

/** What a reader must know before believing the verdict. */
function warnings({ health }: RunReport, words: Words): Block[] {
  const titles = health
    .filter(({ finding }) => finding.level === 'warning')
    .map(({ finding }) => findingText(finding, words.language).title)
  return titles.length === 0 ? [] : [paragraph(words.warned(titles.join(words.separator)))]
}

function setUp(report: RunReport, words: Words): Block[] {
  const { settings, types, heldOut, split, steps, plannedSteps } = report
  const fields = settings.map(([name, value]): Field => [words.settings[name], settingText(value, words)])
  const shown = new Set(['policy', 'executor', 'judge'].map((name) => words.settings[name as SettingName]))
  const perStep = settings.find(([name]) => name === 'step')?.[1] ?? ''
  const problems = types.map((type) => words.count(heldOut[type] ?? 0, typeName(type, words))).join(words.separator)
  const measured =
    split === null ? [] : [words.measuredText(isTrainedOn(report), problems, words.splits[split] ?? split)]
  const course = words.setUpText(steps, plannedSteps, settingText(perStep, words))
  return [
    heading(words.setUp),
    paragraph([course, ...measured].join(words.space)),
    { kind: 'fields', fields: fields.filter(([name]) => shown.has(name)) },
    ...judgeBlocks(report.judge, words),
    { kind: 'details', summary: words.allSettings, blocks: [{ kind: 'fields', fields }] },
  ]
}

function comparison(report: RunReport, words: Words): Block[] {
  const { types } = report
  if (report.comparison.length === 0) return [paragraph(words.noEvaluation)]
  const hasUnscorable = report.comparison.some((row) => row.unscorable > 0)
  const hasCost = report.comparison.some((row) => row.costPerProblemUsd > 0)
  const rows = report.comparison.map((row) => [
    policyLabel(row, words),
    rateCell(row.all),
    ...types.map((type) => rateCell(row.byType[type])),
    ...(hasUnscorable ? [`${row.unscorable} / ${row.samples}`] : []),
    row.callsPerProblem === null ? '–' : callsText(row.callsPerProblem),
    row.tokensPerProblem === null ? '–' : grouped(Math.round(row.tokensPerProblem)),
    ...(hasCost ? [`$${row.costPerProblemUsd.toFixed(5)}`] : []),
  ])
  const header = [
    words.who,
    words.all,
    ...typeNames(report, words),
    ...(hasUnscorable ? [words.unscorable] : []),
    words.callsPerProblem,
    words.tokensPerProblem,
    ...(hasCost ? [words.cost] : []),
  ]
  const labels = report.comparison.map(({ label }) => `\`${label}\``).join(', ')
  return [
    { kind: 'table', header, rows },
    note(words.comparisonNote(words.comparisonSource(labels))),
    ...differences(report, words),
    ...fixedWorkflows(report, words),
  ]
}

function typeNames({ types }: RunReport, words: Words): string[] {
  return types.map((type) => typeName(type, words))
}

function differences(report: RunReport, words: Words): Block[] {
  const { types } = report
  const row = (
    label: string,
    all: PairedDifference | null,
    byType: Readonly<Record<string, PairedDifference>>,
  ): string[][] =>
    all === null
      ? []
      : [[label, differenceCell(all, words), ...types.map((type) => differenceCell(byType[type], words))]]
  const name = (label: string): string => words.labels[label] ?? label
  const rows = [report, ...report.otherResults].flatMap((result) => {
    const { decoding, gain, gainByType, againstFixed, againstFixedByType } = result
    const title = (other: string): string =>
      `${words.minus(name('after'), name(other))}${words.separator}${words.decodings[decoding]}`
    return [...row(title('before'), gain, gainByType), ...row(title(bestFixedLabel), againstFixed, againstFixedByType)]
  })
  if (rows.length === 0) return []
  return [
    heading(words.differences, 3),
    { kind: 'table', header: ['', words.all, ...typeNames(report, words)], rows },
    note(words.differencesNote),
  ]
}

function fixedWorkflows({ fixedWorkflows: found }: RunReport, words: Words): Block[] {
  if (found.length === 0) return []
  const best = found.filter(({ label }) => label === bestFixedLabel || label === fixedOverallLabel)
  const rows = best.map(({ label, type, name, correct, scored, reward, calls: made, candidates }) => [
    label === fixedOverallLabel ? words.all : typeName(type, words),
    name,
    `${correct} / ${scored}`,
    reward === null ? '–' : reward.toFixed(2),
    made === null ? '–' : callsText(made),
    String(candidates),
  ])
  return [
    heading(words.fixedFound, 3),
    {
      kind: 'table',
      header: [words.type, words.workflow, words.found, words.meanOfReward, words.callsPerProblem, words.candidates],
      rows,
    },
  ]
}

function curves(report: RunReport, words: Words): Block[] {
  const pictures = trainingFigures(report, words)
  if (pictures.length === 0 && report.evaluations.length === 0) return []
  return [
    heading(words.curves),
    { kind: 'figures', pictures: [learningCurvePicture(report, words)], file: 'learning-curve.svg' },
    { kind: 'figures', pictures },
    note(words.curvesNote(report.training.window)),
  ]
}

function learned(report: RunReport, words: Words): Block[] {
  const changes = learnedOf(report, words).map(([type, list]) =>
    words.listed(words.ofProblems(typeName(type, words), report.heldOut[type] ?? 0), list.join(words.separator)),
  )
  const { shares, overTraining } = operatorPictures(report, words)
  const own = report.comparison.filter(({ label, decoding }) => !isFixedLabel(label) && decoding === report.decoding)
  const [first, last] = [own[0], own.at(-1)]
  if (first === undefined || last === undefined) return [{ kind: 'figures', pictures: overTraining }]
  const names = operatorNames(report)
  const row = (label: string, table: Readonly<Record<string, number>> | undefined, n: number): string[] => [
    label,
    ...names.map((name) => whole(table?.[name] ?? 0)),
    grouped(n),
  ]
  const rows = report.types.flatMap((type) => {
    const n = report.heldOut[type] ?? 0
    return [
      row(`${typeName(type, words)} · ${policyLabel(first, words)}`, report.operatorShares.before[type], n),
      ...(last === first
        ? []
        : [row(`${typeName(type, words)} · ${policyLabel(last, words)}`, report.operatorShares.after[type], n)]),
    ]
  })
  return [
    ...(changes.length === 0 ? [] : [{ kind: 'list', items: changes } as const]),
    note(words.learnedNote(first.label, last.label)),
    { kind: 'figures', pictures: [shares] },
    ...choiceBlocks(report, words),
    { kind: 'figures', pictures: overTraining },
    {
      kind: 'details',
      summary: words.operatorsHeldOut(isTrainedOn(report)),
      blocks: [{ kind: 'table', header: [words.type, ...names, 'n'], rows }],
    },
  ]
}

function examples(which: 'best' | 'worst', report: RunReport, words: Words): Block[] {
  const list: readonly WorkflowExample[] = report[which]
  const command = `npx baton report ${report.folder} --${which} 10`
  return [
    heading(words[which]),
    ...(list.length === 0 ? [paragraph(words.noExamples)] : [note(words.examplesNote(command))]),
    ...list.map(
      (example): Block => ({
        kind: 'details',
        summary: exampleTitle(example, words),
        blocks: exampleBlocks(example, words),
      }),
    ),
  ]
}

function calls(report: RunReport, words: Words): Block[] {
  if (Object.keys(report.calls).length === 0) return [paragraph(words.noCalls)]
  const header = [
    words.purpose,
    words.callCount,
    words.failedCalls,
    words.attempts,
    words.failedAttempts,
    words.tokensIn,
    words.tokensOut,
    'USD',
  ]
  return [{ kind: 'table', header, rows: callRows(report, words) }, note(words.callsNote)]
}

function furtherCommands({ comparison: rows, steps, folder }: RunReport): string {
  return [
    `npx baton report ${folder} --best 5`,
    ...rows.map(({ label }) => `npx baton report ${folder} --worst 5 --label ${label}`),
    ...(steps > 0 ? [`npx baton report ${folder} --worst 5 --step ${steps}`] : []),
  ].join('\n')
}
