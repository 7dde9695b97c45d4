/**
 * What the live page is sent: types alone, which the page imports. Numbers are those of the run's records and of the
 * reports; the page computes no statistics of its own.
 */
import type { AdvantageDerivation, AdvantageOptions } from '../core/advantages.ts'
import type { Rate } from '../core/clustered-rate.ts'
import type { Failure } from '../core/failure.ts'
import type { FindingCode, FindingLevel } from '../core/health/findings.ts'
import type { DiffLine } from '../core/line-diff.ts'
import type { PairedComparison } from '../core/paired-comparison.ts'
import type { Decoding, RolloutDigest, RolloutPlace } from '../core/records.ts'
import type { Lesson, RolloutGroup } from '../core/rollout-group.ts'
import type { FindingRecord, RepairRecord } from '../core/rollout-outcome.ts'
import type { EvaluationReport } from '../demonstrations/report/index.ts'
import type { CallerTrace, FoundProblem, RunOverview } from '../reports/index.ts'
import type { CallTotals, RolloutFacets, RunKind, RunState } from '../runs/index.ts'

export type { RolloutFacet } from '../runs/index.ts'
export type {
  CallerTrace,
  DiffLine,
  FindingRecord,
  Lesson,
  PairedComparison,
  Rate,
  RepairRecord,
  RolloutDigest,
  RolloutPlace,
}

export type RowState =
  | RunState
  | { readonly state: 'stopped' }
  | { readonly state: 'damaged'; readonly message: string }

/** A series of values by step, thinned where it is long. */
export interface Sparkline {
  readonly steps: readonly number[]
  readonly values: readonly (number | null)[]
}

export interface RunListItem {
  readonly name: string
  readonly kind: RunKind | null
  readonly state: RowState
  readonly step: number | null
  readonly plannedSteps: number | null
  /** Of the newest measurement of the policy. */
  readonly accuracy: (Omit<Rate, 'trials'> & { readonly what: string }) | null
  readonly costUsd: number | null
  readonly sizeBytes: number
  /** ISO 8601; '' where it is not known. */
  readonly createdAt: string
  readonly seed: number | null
  /** What it is about: environment, engine, executor, ... */
  readonly tags: readonly string[]
  /** Findings that hold now. */
  readonly warnings: number
  readonly reward: Sparkline | null
  readonly training: Sparkline | null
}

export interface RunList {
  /** Folder of the runs, as it was given. */
  readonly folder: string
  readonly runs: readonly RunListItem[]
}

export interface ShownFinding {
  readonly code: FindingCode
  readonly level: FindingLevel
  readonly title: string
  readonly message: string
  readonly hint: string
  readonly held: string
  /** Whether it holds now. */
  readonly isOpen: boolean
}

/** Metrics of the steps by column; a value that is not finite is null. */
export interface StepSeries {
  readonly steps: readonly number[]
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>
}

export interface CostForecast {
  readonly spentUsd: number
  /** Dollars of the steps that are left, with a 95 % band; null where nothing is left or too little is known. */
  readonly left: { readonly low: number; readonly value: number; readonly high: number; readonly steps: number } | null
  /** Seconds that the steps left will take, as long as those so far; null where nothing is left or known. */
  readonly secondsLeft: number | null
  readonly limitUsd: number | null
}

export interface RunPage {
  readonly name: string
  readonly kind: RunKind | null
  readonly state: RowState
  readonly createdAt: string
  readonly seed: number
  readonly environment: RunOverview['environment']
  readonly steps: number
  readonly plannedSteps: number
  readonly tags: readonly string[]
  readonly types: readonly string[]
  /** Is it learning? In the words of the report. */
  readonly learning: {
    readonly question: string
    readonly outcome: RunOverview['outcome']
    readonly lines: readonly string[]
  }
  readonly health: readonly ShownFinding[]
  readonly cost: CostForecast
  readonly calls: Readonly<Record<string, CallTotals>>
  readonly evaluations: readonly CoursePoint[]
  readonly comparison: readonly ComparisonRow[]
  readonly settings: readonly (readonly [name: string, value: string])[]
  readonly series: StepSeries
  /** The last event that all this is drawn from: events after it are asked for with it. */
  readonly cursor: number
}

export interface CoursePoint extends Rate {
  readonly label: string
  readonly step: number
  readonly split: string
  readonly decoding: Decoding
}

export interface ComparisonRow {
  readonly name: string
  readonly label: string
  readonly all: Rate
  readonly byType: Readonly<Record<string, Rate>>
  readonly callsPerProblem: number | null
  readonly costPerProblemUsd: number
}

export interface RolloutList {
  /** All that fit. */
  readonly total: number
  readonly rollouts: readonly RolloutDigest[]
}

export interface FacetsPage extends RolloutFacets {
  /** What kinds of failure are called. */
  readonly failureNames: Readonly<Record<string, string>>
}

export interface GroupPage {
  readonly place: Omit<RolloutPlace, 'rollout'>
  /** Positions of the groups beside it. */
  readonly previous: number | null
  readonly next: number | null
  readonly problem: FoundProblem
  readonly group: Omit<RolloutGroup<unknown>, 'members'>
  readonly advantages: AdvantageOptions | null
  readonly members: readonly ShownMember[]
}

export interface ShownMember {
  readonly digest: RolloutDigest
  readonly derivation: AdvantageDerivation | null
  /** In the words of the report. */
  readonly verdict: string
  readonly prediction: string | null
  readonly program: string | null
  readonly demonstrations: readonly string[] | null
  /** Operators called, in their order. */
  readonly calls: readonly string[]
}

export interface RolloutPageData {
  readonly digest: RolloutDigest
  readonly problem: FoundProblem
  readonly verdict: string
  readonly failures: readonly (Failure & { readonly name: string })[]
  readonly stopReason: 'stop' | 'length'
  /** As the policy wrote it. */
  readonly text: string
  /** As it was run; null without a program. */
  readonly program: string | null
  /** What was written against what was run; null where they are the same. */
  readonly diff: readonly DiffLine[] | null
  readonly repairs: readonly RepairRecord[]
  readonly findings: readonly FindingRecord[]
  readonly demonstrations: readonly string[] | null
  readonly prediction: string | null
  readonly callers: readonly CallerTrace[]
  readonly graph: WorkflowGraph
  /** Of the completion. */
  readonly tokens: number
  readonly durationMs: number
}

/** One program as it ran: what each call was given by which. */
export interface WorkflowGraph {
  readonly nodes: readonly WorkflowNode[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

export interface WorkflowNode {
  readonly id: string
  readonly kind: 'problem' | 'operator' | 'fallback' | 'answer'
  readonly name: string
  readonly isFailed: boolean
}

/** What the programs of each problem type do first, then, and last. */
export interface WorkflowFlow {
  readonly type: string
  readonly rollouts: number
  readonly nodes: readonly {
    readonly id: string
    readonly column: number
    readonly name: string
    readonly rollouts: number
  }[]
  readonly links: readonly { readonly from: string; readonly to: string; readonly rollouts: number }[]
  readonly commonest: readonly {
    readonly calls: readonly string[]
    readonly rollouts: number
    readonly right: number
    readonly scored: number
  }[]
}

export interface StepRange {
  readonly from: number
  readonly to: number
  readonly lastStep: number
}

export interface WorkflowsPage extends StepRange {
  readonly flows: readonly WorkflowFlow[]
}

export interface JudgePage extends StepRange {
  /** Answers of the training by who decided on them. */
  readonly deciders: readonly {
    readonly by: string
    readonly name: string
    readonly answers: number
    readonly unscorable: number
    readonly right: Rate
  }[]
  /** Answers that the judge was asked about, and why it gave no verdict. */
  readonly asked: number
  readonly mute: readonly { readonly reason: string; readonly answers: number }[]
  /** Of the whole run. */
  readonly calls: CallTotals | null
  readonly series: StepSeries
  readonly examples: readonly JudgedExample[]
}

export interface JudgedExample extends RolloutPlace {
  readonly problemId: string
  readonly prediction: string | null
  readonly verdict: string
  readonly isRight: boolean | null
}

export interface ComparisonPage {
  readonly a: string
  readonly b: string
  readonly result:
    | {
        readonly kind: 'compared'
        readonly labelA: string
        readonly labelB: string
        readonly rows: readonly (PairedComparison & {
          readonly reading: 'more' | 'less' | 'equal' | 'cannot-tell'
          readonly power: string
        })[]
        readonly leftOut: number
      }
    | { readonly kind: 'refused'; readonly message: string; readonly hint: string }
  readonly series: readonly [StepSeries, StepSeries]
  readonly settings: readonly { readonly name: string; readonly a: string; readonly b: string }[]
}

/** Of an evaluation of demonstrations. Wrong where the run has no such report. */
export type DemonstrationsPage =
  | ({ readonly isKnown: true } & Pick<EvaluationReport, 'method' | 'cells' | 'gallery'>)
  | { readonly isKnown: false }

export type PageEvent =
  | { readonly kind: 'step'; readonly at: string | null; readonly step: number; readonly series: StepSeries }
  | {
      readonly kind: 'rollout'
      readonly at: string | null
      readonly label: string
      readonly done: number
      readonly total: number | null
    }
  | { readonly kind: 'evaluation'; readonly at: string | null; readonly label: string; readonly step: number }
  | { readonly kind: 'waiting'; readonly at: string | null; readonly reason: string }
  | {
      readonly kind: 'notice'
      readonly at: string | null
      readonly level: 'note' | 'warning'
      readonly message: string
    }
  /** Anything else: what the page shows may have changed. */
  | { readonly kind: 'other'; readonly at: string | null; readonly name: string }

/** A message of the list's stream. */
export interface ListChange {
  readonly changed: readonly RunListItem[]
  /** Of all runs. */
  readonly names: readonly string[]
}

export interface ApiProblem {
  readonly error: { readonly message: string; readonly hint: string }
}
