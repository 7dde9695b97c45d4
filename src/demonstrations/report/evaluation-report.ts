/** Everything the report of an evaluation says, as data. */
import type { Rate } from '../../core/clustered-rate.ts'
import type { AccuracyCell, MethodCollapse, MethodDifference } from '../evaluation/accuracy-table.ts'
import type { EvaluationIdentity } from '../evaluation/evaluation-record.ts'

export interface EvaluationReport {
  readonly name: string
  /** Of the run, as commands name it. */
  readonly folder: string
  readonly createdAt: string
  readonly identity: EvaluationIdentity
  /** The method that is judged. */
  readonly method: string
  readonly settings: readonly (readonly [name: string, value: string])[]
  readonly cells: readonly AccuracyCell[]
  readonly differences: readonly MethodDifference[]
  readonly collapse: readonly MethodCollapse[]
  /** Of the training, where the evaluation knows it. */
  readonly curves: readonly TrainingCurve[]
  /** Which kind of demonstration goes with which kind of question, by method; empty where questions have no kind. */
  readonly picks: readonly PicksMatrix[]
  readonly gallery: readonly GalleryQuestion[]
  /** Several runs of one recipe with different seeds, or none. */
  readonly worlds: readonly WorldResult[]
}

export interface TrainingCurve {
  /** `reward`, `loss`, `kl`, `signal`, `entropy`, `accuracy`. */
  readonly metric: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  /** `imitation` or `grpo`: curves of one metric and phase share a chart. */
  readonly phase: string
  /** Tells curves of one chart apart, such as the seed. */
  readonly label: string
}

export interface PicksMatrix {
  readonly method: string
  readonly shots: number
  /** Kinds of questions (rows) and of demonstrations (columns). */
  readonly kinds: readonly string[]
  /** Share of the row's picks, [kinds][kinds]. */
  readonly shares: readonly (readonly number[])[]
  /** Share of all picks that are of their question's kind. */
  readonly sameKindRate: number
  /** Picks that have a kind. */
  readonly picks: number
}

export interface GalleryItem {
  readonly question: string
  readonly answer: string
  readonly kind: string | null
  /** `data:image/png;base64,...`; null where no picture is available. */
  readonly image: string | null
}

export interface GalleryQuestion {
  readonly asked: GalleryItem
  readonly picks: readonly {
    readonly method: string
    readonly demonstrations: readonly GalleryItem[]
    readonly prediction: string | null
    readonly score: number | null
  }[]
}

/** The outcome of one world and seed of a recipe, or of all its seeds together. */
export interface WorldResult {
  readonly world: string
  readonly seed: string
  readonly n: number
  readonly accuracy: Readonly<Record<string, Rate>>
  /** Of the judged method against each baseline. */
  readonly differences: Readonly<Record<string, { readonly mean: number; readonly low: number; readonly high: number }>>
}
