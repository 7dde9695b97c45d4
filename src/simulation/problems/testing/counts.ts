/** Counts of problems by family and difficulty, as the table in `data/README.md` shows them. */
import type { Problem } from '../../../core/problem.ts'

const levels = [1, 2, 3, 4, 5] as const

/** Markdown: a row a family, with its type, its problems in each split and of each difficulty; a row of totals. */
export function countTable(splits: Readonly<Record<string, readonly Problem[]>>): string {
  const names = Object.keys(splits)
  const all = Object.values(splits).flat()
  const sources = [...new Map(all.map((problem) => [problem.source, problem.type]))].sort(
    ([a, typeA], [b, typeB]) => typeA.localeCompare(typeB) || a.localeCompare(b),
  )
  const cells = (isCounted: (problem: Problem) => boolean): string[] => [
    ...names.map((name) => String((splits[name] ?? []).filter(isCounted).length)),
    ...levels.map((level) =>
      String(all.filter((problem) => problem.difficulty === level && isCounted(problem)).length),
    ),
  ]
  const row = (head: readonly string[], isCounted: (problem: Problem) => boolean): string =>
    `| ${[...head, ...cells(isCounted)].join(' | ')} |`
  const types = [...new Set(sources.map(([, type]) => type))]
  return [
    `| family | type | ${names.join(' | ')} | ${levels.map((level) => `difficulty ${level}`).join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(names.length + levels.length)}`,
    ...sources.map(([source, type]) =>
      row([source.replace('synth/', ''), type], (problem) => problem.source === source),
    ),
    ...types.map((type) => row([`all ${type}`, type], (problem) => problem.type === type)),
    row(['all', ''], () => true),
  ].join('\n')
}
