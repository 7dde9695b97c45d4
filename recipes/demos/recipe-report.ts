/** The report of the recipe: the first seed in full, the others as rows beside it. */
import {
  accuracyTable,
  collapseTable,
  type EvaluatedQuestion,
  type EvaluationIdentity,
  type MethodDifference,
  segmentsOf,
} from '../../src/demonstrations/evaluation/index.ts'
import {
  type EvaluationReport,
  type GalleryItem,
  type GalleryQuestion,
  picksMatrix,
  type TrainingCurve,
  type WorldResult,
} from '../../src/demonstrations/report/index.ts'
import type { World } from './world.ts'

export interface RecipeReportPlan {
  readonly name: string
  readonly folder: string
  readonly createdAt: string
  readonly identity: EvaluationIdentity
  readonly settings: readonly (readonly [string, string])[]
  readonly shots: number
  readonly world: World
  readonly rows: readonly EvaluatedQuestion[]
  readonly differences: readonly MethodDifference[]
  readonly curves: readonly TrainingCurve[]
  readonly worlds: readonly WorldResult[]
}

const shown = ['learned', 'similar'] as const
const galleryQuestions = 4

export async function recipeReport(plan: RecipeReportPlan): Promise<EvaluationReport> {
  const { rows, world, shots } = plan
  const ofMethod = (method: string): EvaluatedQuestion[] =>
    rows.filter((row) => row.method === method && row.shots === shots)
  return {
    name: plan.name,
    folder: plan.folder,
    createdAt: plan.createdAt,
    method: 'learned',
    identity: plan.identity,
    settings: plan.settings,
    cells: accuracyTable(rows, segmentsOf(plan.identity.questionCount), ['demos']),
    differences: plan.differences,
    collapse: collapseTable(rows, 'similar'),
    curves: plan.curves,
    picks: shown.flatMap((method) => picksMatrix(ofMethod(method), world.kindOf) ?? []),
    gallery: await gallery(plan, ofMethod('learned'), ofMethod('similar')),
    worlds: plan.worlds,
  }
}

/** The first questions that the two answered differently, right and wrong in turn, so that losses are shown too. */
async function gallery(
  { world, shots }: RecipeReportPlan,
  learned: readonly EvaluatedQuestion[],
  similar: readonly EvaluatedQuestion[],
): Promise<GalleryQuestion[]> {
  const pairs = learned.flatMap((row, i) => {
    const other = similar[i]
    return other === undefined || other.questionId !== row.questionId ? [] : [{ row, other }]
  })
  const gains = pairs.filter(({ row, other }) => (row.score ?? 0) > (other.score ?? 0))
  const losses = pairs.filter(({ row, other }) => (row.score ?? 0) < (other.score ?? 0))
  const chosen = Array.from({ length: galleryQuestions }, (_, i) => (i % 2 === 0 ? gains : losses)[Math.floor(i / 2)])
  const items = (ids: readonly string[]): Promise<GalleryItem[]> => Promise.all(ids.slice(-shots).map(world.item))
  return Promise.all(
    chosen
      .filter((pair) => pair !== undefined)
      .map(async ({ row, other }) => ({
        asked: await world.item(row.questionId),
        picks: await Promise.all(
          [row, other].map(async ({ method, demonstrations, prediction, score }) => ({
            method,
            demonstrations: await items(demonstrations),
            prediction,
            score,
          })),
        ),
      })),
  )
}
