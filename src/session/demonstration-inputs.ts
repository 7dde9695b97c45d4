/** What methods of choosing demonstrations are measured on: questions, the index, embeddings and pools, from files or generated. */
import { requireSameProfile } from '../demonstrations/answering/index.ts'
import { embedQuestions, readSequences } from '../demonstrations/collect/index.ts'
import {
  indexQuestions,
  loadTextQuestions,
  loadVqaQuestions,
  picturesIn,
  type QuestionIndex,
} from '../demonstrations/data/index.ts'
import type { CollectedSequence } from '../demonstrations/evaluation/index.ts'
import { readEmbeddings, rowsFor } from '../demonstrations/features/index.ts'
import { rankSimilar, type SamplerName, samplePools } from '../demonstrations/samplers/index.ts'
import type { Embeddings, EvaluationProfile, Pool, Question } from '../demonstrations/schema.ts'
import { pictureQuestions } from '../simulation/pictures/index.ts'

export interface QuestionFiles {
  readonly questions: string
  readonly annotations: string | null
  readonly pictures: string | null
  readonly split: string
}

/** VQA files of any layout that is read, or JSON lines of text questions. */
export async function readQuestions({ questions, annotations, pictures, split }: QuestionFiles): Promise<Question[]> {
  if (/\.jsonl(\.gz)?$/.test(questions)) return loadTextQuestions(questions, split)
  return loadVqaQuestions({
    questions,
    split,
    ...(annotations === null ? {} : { annotations }),
    ...(pictures === null ? {} : { pictureOf: picturesIn(pictures) }),
  })
}

export interface EvaluationInputs {
  readonly questions: readonly Question[]
  readonly index: QuestionIndex
  readonly pools: readonly Pool[]
  /** Of the index and of the questions. */
  readonly candidates: Embeddings
  readonly queries: Embeddings
  readonly ranked: readonly (readonly string[])[]
  /** Judged sequences of the questions, in prompt order, for the oracle. */
  readonly collected: ReadonlyMap<string, readonly CollectedSequence[]>
}

export interface InputPlan {
  readonly questions: readonly Question[]
  readonly index: readonly Question[]
  /** ngrams, sentences or clip:<folder>; not read where there is a file of embeddings. */
  readonly encoder: string
  readonly embeddings: string | null
  readonly queryEmbeddings: string | null
  readonly collected: string | null
  readonly profile: EvaluationProfile
  readonly sampler: SamplerName
  readonly poolSize: number
  readonly mostShots: number
  readonly seed: number
}

/** Generated questions, where no files are given. */
export function generatedQuestions(seed: number, indexSize: number, heldOut: number) {
  return pictureQuestions({ seed, index: indexSize, heldOut })
}

export async function prepareInputs(plan: InputPlan): Promise<EvaluationInputs> {
  const { questions, seed } = plan
  const index = indexQuestions(plan.index)
  const features = await featuresOf(plan)
  const spaceOf = (all: Embeddings) => ({
    index: rowsFor(
      all,
      plan.index.map(({ id }) => id),
    ),
    queries: rowsFor(
      all,
      questions.map(({ id }) => id),
    ),
  })
  const both = { index: features.candidates, queries: features.queries }
  const options = {
    sampler: plan.sampler,
    size: plan.poolSize,
    seed,
    text: features.text === null ? both : spaceOf(features.text),
    image: features.image === null ? both : spaceOf(features.image),
  }
  const sampled = new Map(samplePools(questions, index, options).map((pool) => [pool.queryId, pool]))
  const { pools: given, collected } =
    plan.collected === null ? noneCollected : readCollected(plan.collected, index, plan.profile)
  return {
    questions,
    index,
    pools: questions.map(({ id }) => given.get(id) ?? (sampled.get(id) as Pool)),
    candidates: features.candidates,
    queries: features.queries,
    ranked: rankSimilar(questions, index, { space: both, count: plan.mostShots + 1 }),
    collected,
  }
}

interface Features {
  readonly candidates: Embeddings
  readonly queries: Embeddings
  readonly text: Embeddings | null
  readonly image: Embeddings | null
}

/** From files, or by an encoder that embeds the index and the questions alike. */
async function featuresOf({ questions, index, encoder, embeddings, queryEmbeddings }: InputPlan): Promise<Features> {
  const ids = (list: readonly Question[]): string[] => list.map(({ id }) => id)
  if (embeddings !== null) {
    const candidates = readEmbeddings(embeddings, { order: ids(index) })
    const queries = queryEmbeddings === null ? candidates : readEmbeddings(queryEmbeddings, { order: ids(questions) })
    return {
      candidates: rowsFor(candidates, ids(index)),
      queries: rowsFor(queries, ids(questions)),
      text: null,
      image: null,
    }
  }
  const known = new Set(ids(index))
  const everyone = [...index, ...questions.filter(({ id }) => !known.has(id))]
  const { text, image, joined } = await embedQuestions(everyone, { encoder, embeddings: null })
  return { candidates: rowsFor(joined, ids(index)), queries: rowsFor(joined, ids(questions)), text, image }
}

const noneCollected = {
  pools: new Map<string, Pool>(),
  collected: new Map<string, CollectedSequence[]>(),
} as const

/** The pools of collected questions are those that their sequences point into. */
function readCollected(path: string, index: QuestionIndex, profile: EvaluationProfile): typeof noneCollected {
  const data = readSequences(path, { index })
  requireSameProfile(data.profileHash, profile, path)
  const pools = new Map<string, Pool>()
  const collected = new Map<string, CollectedSequence[]>()
  for (const { query, pool, candidates } of data.groups) {
    pools.set(query.id, pool)
    collected.set(
      query.id,
      candidates.flatMap(({ picks, verdict }) =>
        verdict === null
          ? []
          : [{ demonstrations: [...picks].reverse().map((pick) => pool.ids[pick] as string), score: verdict.accuracy }],
      ),
    )
  }
  return { pools, collected }
}
