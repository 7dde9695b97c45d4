/** Pages about the whole of a run: what its programs do, how its judge does, and two runs beside each other. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readingOf } from '../core/difference-reading.ts'
import { BatonError } from '../core/failure.ts'
import type { Decoding, RolloutRecord } from '../core/records.ts'
import type { EvaluationReport } from '../demonstrations/report/index.ts'
import {
  compareRuns,
  gatherOverview,
  type Language,
  policyLabel,
  powerText,
  rolloutFailuresOf,
  traceOf,
  verdictText,
  words,
  wordsOf,
} from '../reports/index.ts'
import type { RunReader } from '../runs/index.ts'
import type { ComparisonPage, DemonstrationsPage, JudgePage, StepRange, WorkflowsPage } from './api.ts'
import type { HeldRun } from './open-runs.ts'
import { settingTexts } from './run-page.ts'
import { seriesOf } from './series.ts'
import { flowsOf } from './workflow-graph.ts'

/** Steps that a page about programs looks back over, unless it is asked for others. */
const recentSteps = 5

export interface AskedSteps {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

function within(run: RunReader, { from, to }: AskedSteps): StepRange & { readonly rollouts: RolloutRecord[] } {
  const lastStep = run.lastStep()
  const end = Math.min(to ?? lastStep, lastStep)
  const begin = Math.max(1, from ?? end - recentSteps + 1)
  const steps = Array.from({ length: Math.max(0, end - begin + 1) }, (_, i) => begin + i)
  return {
    from: begin,
    to: end,
    lastStep,
    rollouts: steps.flatMap((step) => run.rollouts({ phase: 'train', label: '', step })),
  }
}

export function workflowsPage({ run }: HeldRun, asked: AskedSteps): WorkflowsPage {
  const { rollouts, ...range } = within(run, asked)
  return { ...range, flows: flowsOf(rollouts) }
}

const shownVerdicts = 12

export function judgePage({ run }: HeldRun, asked: AskedSteps, language: Language): JudgePage {
  const { rollouts, ...range } = within(run, asked)
  const { decisions, judge } = rolloutFailuresOf(rollouts)
  const own = words[language]
  const judged = rollouts.filter((rollout) => traceOf(rollout).judgeCalls > 0)
  return {
    ...range,
    deciders: decisions.map((decision) => ({ ...decision, name: own.decidedBy[decision.by] ?? decision.by })),
    asked: judge.answers,
    mute: Object.entries(judge.withoutVerdict).map(([reason, answers]) => ({ reason, answers })),
    calls: run.callTotals()['judge'] ?? null,
    series: seriesOf(run.steps()),
    examples: judged
      .slice(-shownVerdicts)
      .map(({ phase, label, step, position, rollout, problemId, score, outcome }) => ({
        ...{ phase, label, step, position, rollout, problemId },
        prediction: traceOf({ outcome }).prediction,
        verdict: verdictText(score, 'judge', own),
        isRight: score.kind === 'scored' ? score.isCorrect : null,
      })),
  }
}

export function comparisonPage(
  runs: readonly [HeldRun, HeldRun],
  {
    names,
    decoding,
    language,
  }: { readonly names: readonly [string, string]; readonly decoding: Decoding; readonly language: Language },
): ComparisonPage {
  const [a, b] = runs
  const overviews = runs.map(({ run }) => gatherOverview(run))
  const [left = [], right = []] = overviews.map((overview) =>
    settingTexts(overview, wordsOf(overview, words[language])),
  )
  return {
    ...{ a: names[0], b: names[1] },
    result: comparisonOf(a.run, b.run, decoding, language),
    series: [seriesOf(a.run.steps()), seriesOf(b.run.steps())],
    settings: left.map(([name, value]) => ({ name, a: value, b: right.find(([other]) => other === name)?.[1] ?? '' })),
  }
}

function comparisonOf(a: RunReader, b: RunReader, decoding: Decoding, language: Language): ComparisonPage['result'] {
  try {
    const { a: left, b: right, rows, leftOut } = compareRuns(b, a, { decoding })
    const own = words[language]
    return {
      kind: 'compared',
      labelA: policyLabel(right, own),
      labelB: policyLabel(left, own),
      rows: rows.map((row) => ({ ...row, reading: readingOf(row), power: powerText(row, own) })),
      leftOut,
    }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    return { kind: 'refused', message: error.message, hint: error.hint ?? '' }
  }
}

/** Of an evaluation of demonstrations, from the report that it wrote. */
export function demonstrationsPage({ folder }: HeldRun): DemonstrationsPage {
  try {
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Partial<EvaluationReport>
    const { method, cells, gallery } = report
    if (method === undefined || gallery === undefined || cells === undefined) return { isKnown: false }
    return { isKnown: true, method, cells, gallery }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return { isKnown: false }
    throw error
  }
}
