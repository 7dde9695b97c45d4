/** `baton cost`: what a run's calls cost, as tables or for programs. */
import { grouped } from '../../core/grouped.ts'
import { visibleText } from '../../core/visible-text.ts'
import { type CostLine, type RolePrices, type RolloutCost, type RunCosts, runCosts } from '../../reports/index.ts'
import { readRun } from '../../runs/index.ts'
import { dollars } from '../format.ts'
import { countOption } from '../option-values.ts'
import { paint } from '../paint.ts'
import { writeVerbatim } from '../terminal-wrap.ts'
import { type TextColumn, terminalWidth, textTable } from '../text-table.ts'
import { costWords } from './words.ts'

export interface CostOptions {
  readonly problems: string
  readonly json?: boolean
}

export function costCommand(folder: string, options: CostOptions): void {
  const shown = countOption('--problems', options.problems)
  const run = readRun(folder)
  try {
    const costs = runCosts(run)
    if (options.json === true) writeVerbatim(`${JSON.stringify({ version: 1, run: run.name, ...costs }, null, 2)}\n`)
    else process.stdout.write(`${costLines(costs, shown).join('\n')}\n`)
  } finally {
    run.close()
  }
}

function costLines(costs: RunCosts, shown: number): string[] {
  const words = costWords()
  const total = costs.totalUsd === null ? words.atLeast(dollars(costs.pricedUsd)) : words.total(dollars(costs.totalUsd))
  const used = new Set(costs.byRole.map(({ name }) => name))
  const prices = Object.entries(costs.prices).flatMap(([role, price]) =>
    used.has(role) ? [`  ${priceText(role, price)}`] : [],
  )
  if (costs.byRole.length === 0) return [words.noCalls]
  const { length } = costs.byProblem
  return [
    total,
    ...prices,
    ...callTable(
      words.byRole,
      costs.byRole.map((line) => ({ ...line, name: words.roles[line.name] ?? line.name })),
    ),
    ...callTable(words.byOperator, costs.byOperator),
    ...rolloutTable(words.byStep, costs.byStep),
    ...rolloutTable(words.byProblem(Math.min(shown, length), length), costs.byProblem.slice(0, shown)),
  ]
}

function priceText(role: string, { model, source, prices, asOf }: RolePrices): string {
  const words = costWords()
  const name = words.roles[role] ?? role
  const of = visibleText(model)
  if (source === 'unpriced') return words.unpriced(name, of, role === 'policy' ? 'policy.frozen' : `llm.${role}`)
  const each = `$${prices.inputPerMillionUsd} + $${prices.outputPerMillionUsd}`
  return asOf === undefined ? words.given(name, of, each) : words.listed(name, of, each, asOf)
}

const left = (title: string): TextColumn => ({ title, side: 'left', rank: 0 })
const right = (title: string, rank: number): TextColumn => ({ title, side: 'right', rank })

function callTable(title: string, lines: readonly CostLine[]): string[] {
  if (lines.length === 0) return []
  const { columns } = costWords()
  const shape = [
    left(title),
    right(columns.calls, 0),
    right(columns.failed, 2),
    right(columns.attempts, 3),
    right(columns.input, 1),
    right(columns.output, 1),
    right('USD', 0),
  ]
  const rows = lines.map((line) => [
    visibleText(line.name),
    ...[line.calls, line.failedCalls, line.attempts, line.inputTokens, line.outputTokens].map(grouped),
    usd(line.costUsd),
  ])
  return table(shape, rows)
}

function rolloutTable(title: string, lines: readonly RolloutCost[]): string[] {
  if (lines.length === 0) return []
  const { columns } = costWords()
  const shape = [left(title), right(columns.rollouts, 0), right(columns.calls, 0), right('USD', 0)]
  const rows = lines.map((line) => [
    visibleText(line.name),
    grouped(line.rollouts),
    grouped(line.calls),
    usd(line.costUsd),
  ])
  return table(shape, rows)
}

function table(shape: readonly TextColumn[], rows: readonly (readonly string[])[]): string[] {
  const [titles = '', ...lines] = textTable(shape, rows, terminalWidth())
  return ['', paint(process.stdout).bold(titles), ...lines]
}

const usd = (value: number | null): string => (value === null ? costWords().unknown : dollars(value))
