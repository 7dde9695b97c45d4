/** One run as the page shows it: question and answer first, then the series of its charts. */
import { forecastSum } from '../core/cost-forecast.ts'
import { type Json, member } from '../core/json.ts'
import type { StepRecord } from '../core/records.ts'
import {
  findingText,
  gatherOverview,
  heldText,
  type Language,
  policyLabel,
  type RunOverview,
  settingText,
  verdictLines,
  type Words,
  words,
  wordsOf,
} from '../reports/index.ts'
import { type RunReader, runKindOf, runStateOf, stateKinds } from '../runs/index.ts'
import type { CostForecast, RunPage, ShownFinding } from './api.ts'
import type { HeldRun } from './open-runs.ts'
import { tagsOf } from './run-list.ts'
import { seriesOf } from './series.ts'

export function runPage({ run, folder }: HeldRun, name: string, language: Language): RunPage {
  // Read first: what comes while the rest is read is sent again as an event, never missed.
  const cursor = run.lastEvent()
  const steps = run.steps()
  const overview = gatherOverview(run, steps)
  const own = wordsOf(overview, words[language])
  const isFrozen = overview.bestOfN !== null
  return {
    name,
    kind: runKindOf(folder),
    state: runStateOf(folder, run.since(0, { kinds: stateKinds })),
    createdAt: run.manifest.createdAt,
    seed: run.manifest.seed,
    environment: overview.environment,
    steps: overview.steps,
    plannedSteps: overview.plannedSteps,
    tags: tagsOf(run),
    types: overview.types,
    learning: {
      question: isFrozen ? own.frozenQuestion : own.questionText(overview.split === 'train'),
      outcome: overview.outcome,
      lines: verdictLines(overview, own),
    },
    health: findingsOf(overview, language),
    cost: costOf(run, steps, overview),
    calls: run.callTotals(),
    evaluations: overview.evaluations.map(({ accuracy, ...row }) => ({ ...row, ...accuracy })),
    comparison: overview.comparison.map((row) => ({
      name: policyLabel(row, own),
      label: row.label,
      all: row.all,
      byType: row.byType,
      callsPerProblem: row.callsPerProblem,
      costPerProblemUsd: row.costPerProblemUsd,
    })),
    settings: settingTexts(overview, own),
    series: seriesOf(steps),
    cursor,
  }
}

export function settingTexts({ settings }: Pick<RunOverview, 'settings'>, own: Words): [string, string][] {
  return settings.map(([name, value]) => [own.settings[name], settingText(value, own)])
}

function findingsOf({ health }: RunOverview, language: Language): ShownFinding[] {
  return health.map((episode) => {
    const { code, level } = episode.finding
    const { title, message, hint } = findingText(episode.finding, language)
    return { code, level, title, message, hint, held: heldText(episode, language), isOpen: episode.to === null }
  })
}

function costOf(run: RunReader, steps: readonly StepRecord[], overview: RunOverview): CostForecast {
  const spentUsd = run.spentUsd()
  const left = Math.max(0, overview.plannedSteps - overview.steps)
  const costs = steps.map(({ metrics }) => metrics['cost/total'] ?? 0)
  const seconds = steps.flatMap(({ metrics }) => metrics['time/step_s'] ?? [])
  const forecast = left === 0 ? null : forecastSum(costs, left)
  const mean = seconds.reduce((sum, value) => sum + value, 0) / Math.max(1, seconds.length)
  const limit = member(member(run.config, 'training') as Json, 'maxCostUsd')
  return {
    spentUsd,
    left: forecast === null ? null : { ...forecast, steps: left },
    secondsLeft: left === 0 || seconds.length === 0 ? null : mean * left,
    limitUsd: typeof limit === 'number' ? limit : null,
  }
}
