/** Makes the report of an evaluation from its rows. */
import {
  accuracyTable,
  collapseTable,
  customaryPrefixes,
  type EvaluatedQuestion,
  type EvaluationIdentity,
  methodDifference,
  segmentsOf,
} from '../evaluation/index.ts'
import type { EvaluationReport, GalleryItem, GalleryQuestion, TrainingCurve, WorldResult } from './evaluation-report.ts'
import { picksMatrix } from './picks-matrix.ts'

export interface ReportPlan {
  readonly name: string
  readonly folder: string
  readonly createdAt: string
  readonly identity: EvaluationIdentity
  /** The method that is judged against all others. */
  readonly method: string
  readonly settings: readonly (readonly [string, string])[]
  readonly rows: readonly EvaluatedQuestion[]
  /** Sizes of the prefixes; 100, 200, 400, 800 and all by default. */
  readonly prefixes?: readonly number[]
  /** The kind of a question or demonstration by its id. */
  readonly kindOf?: (id: string) => string | null
  /** A question or demonstration as the gallery shows it. */
  readonly item?: (id: string) => Promise<GalleryItem>
  readonly curves?: readonly TrainingCurve[]
  readonly worlds?: readonly WorldResult[]
}

/** Baselines in the order in which they are reported; others follow. */
const order = ['similar', 'random', 'zero-shot', 'fixed', 'untrained', 'rce', 'oracle']
const galleryQuestions = 4
const picturedShots = 2

export async function buildReport(plan: ReportPlan): Promise<EvaluationReport> {
  const { rows, method } = plan
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  const baselines = [...new Set(rows.map((row) => row.method))]
    .filter((name) => name !== method)
    .sort((a, b) => rank(a) - rank(b))
  const counts = [...new Set(rows.map(({ shots }) => shots))].filter((shots) => shots > 0)
  const shots = counts.includes(picturedShots) ? picturedShots : (counts[0] ?? 0)
  const ofMethod = (name: string): EvaluatedQuestion[] =>
    rows.filter((row) => row.method === name && row.shots === shots)
  const rival = baselines.find((name) => ofMethod(name).length > 0)
  const { kindOf, item } = plan
  return {
    name: plan.name,
    folder: plan.folder,
    createdAt: plan.createdAt,
    method,
    identity: plan.identity,
    settings: plan.settings,
    cells: accuracyTable(rows, segmentsOf(plan.identity.questionCount, plan.prefixes ?? customaryPrefixes)),
    differences: baselines.flatMap((baseline) => methodDifference(rows, { method, baseline, key: ['report'] }) ?? []),
    collapse: collapseTable(rows, 'similar'),
    curves: plan.curves ?? [],
    picks:
      kindOf === undefined || shots === 0
        ? []
        : [method, ...(rival === undefined ? [] : [rival])].flatMap(
            (name) => picksMatrix(ofMethod(name), kindOf) ?? [],
          ),
    gallery: item === undefined || rival === undefined ? [] : await gallery(ofMethod(method), ofMethod(rival), item),
    worlds: plan.worlds ?? [],
  }
}

/** The first questions that the two answered differently, better and worse in turn, so that losses are shown too. */
async function gallery(
  own: readonly EvaluatedQuestion[],
  rival: readonly EvaluatedQuestion[],
  item: (id: string) => Promise<GalleryItem>,
): Promise<GalleryQuestion[]> {
  const rivals = new Map(rival.map((row) => [row.questionId, row]))
  const pairs = own.flatMap((row) => {
    const other = rivals.get(row.questionId)
    return other === undefined ? [] : [[row, other] as const]
  })
  const better = pairs.filter(([row, other]) => (row.score ?? 0) > (other.score ?? 0))
  const worse = pairs.filter(([row, other]) => (row.score ?? 0) < (other.score ?? 0))
  const chosen = Array.from({ length: galleryQuestions }, (_, i) => (i % 2 === 0 ? better : worse)[Math.floor(i / 2)])
  return Promise.all(
    chosen
      .filter((pair) => pair !== undefined)
      .map(async (pair) => ({
        asked: await item(pair[0].questionId),
        picks: await Promise.all(
          pair.map(async ({ method, demonstrations, prediction, score }) => ({
            method,
            demonstrations: await Promise.all(demonstrations.map(item)),
            prediction,
            score,
          })),
        ),
      })),
  )
}
