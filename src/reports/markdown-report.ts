/** The report as Markdown: the same content as the HTML page without its pictures. */
import { callRows, failureShares, fixedLine, labelOf, rateCell, verdictLine } from './phrases.ts'
import type { RunReport, WorkflowExample } from './run-report.ts'
import { words as allWords, type Language, type Words } from './words.ts'

export function markdownReport(report: RunReport, language: Language = 'en'): string {
  const words = allWords[language]
  const fixed = fixedLine(report, words)
  return [
    `# ${words.title}: ${report.name}`,
    '',
    `**${words.question}.** ${words.questionText}`,
    '',
    `**${words.result}.** ${verdictLine(report, words)}${fixed === null ? '' : ` ${fixed}`}`,
    '',
    `## ${words.comparison}`,
    '',
    table(
      [words.who, words.all, ...report.types, words.cost],
      report.comparison.map((row) => [
        labelOf(row.label, words),
        rateCell(row.all),
        ...report.types.map((type) => rateCell(row.byType[type])),
        `$${row.costPerProblemUsd.toFixed(5)}`,
      ]),
    ),
    '',
    words.comparisonNote,
    '',
    `## ${words.learned}`,
    '',
    words.learnedNote,
    '',
    table(['', ...operatorsOf(report)], shareRows(report, words)),
    '',
    ...examples(words.best, report.best, words),
    ...examples(words.worst, report.worst, words),
    `## ${words.wrong}`,
    '',
    ...(report.health.length === 0
      ? [words.nothingWrong]
      : report.health.map((finding) => `- ${finding.level}: ${finding.message} ${finding.hint}`)),
    '',
    `${words.failures}: ${
      failureShares(report)
        .map(({ name, share }) => `${name} ${(share * 100).toFixed(1)} %`)
        .join(', ') || '0'
    }`,
    '',
    `## ${words.calls}`,
    '',
    table([words.purpose, words.callCount, words.attempts, words.failed, words.tokens, 'USD'], callRows(report, words)),
    '',
    `## ${words.setUp}`,
    '',
    ...report.settings.map(([name, value]) => `- ${name}: ${value}`),
    '',
    words.lossNote,
    '',
  ].join('\n')
}

function operatorsOf(report: RunReport): string[] {
  const tables = [report.operatorShares.before, report.operatorShares.after]
  return [...new Set(tables.flatMap((shares) => Object.values(shares).flatMap((row) => Object.keys(row))))].sort()
}

function shareRows(report: RunReport, words: Words): string[][] {
  const { before, after } = report.operatorShares
  const row = (label: string, shares: Readonly<Record<string, number>> | undefined): string[] => [
    label,
    ...operatorsOf(report).map((operator) => `${Math.round((shares?.[operator] ?? 0) * 100)} %`),
  ]
  return report.types.flatMap((type) => [
    row(`${type} · ${words.beforeTraining}`, before[type]),
    row(`${type} · ${words.afterTraining}`, after[type]),
  ])
}

function examples(title: string, list: readonly WorkflowExample[], words: Words): string[] {
  return [
    `## ${title}`,
    '',
    ...list.flatMap(({ rollout, reward }) => [
      `${rollout.problemType} · ${rollout.problemId} · step ${rollout.step} · ${words.reference} ${reward.toFixed(2)} (${
        rollout.score.kind === 'scored' ? rollout.score.reason : ''
      })`,
      '',
      '```python',
      rollout.text.replaceAll('```', "'''").trimEnd(),
      '```',
      '',
    ]),
  ]
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n')
}
