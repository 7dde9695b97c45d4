/**
 * The recipe's world: generated questions about drawn pictures, the embedded encoders, mixed pools of 64, and the
 * simulator as the answering model.
 *
 * The null world is the same but for one thing: what the model is shown in place of each pick is drawn anew by (question,
 * pick). Rewards then vary as before, and nothing about them can be learned.
 */
import { hashKey, randomFor } from '../../src/core/random.ts'
import { hashProfile, readPicture } from '../../src/demonstrations/answering/index.ts'
import { hashPools, hashQuestions, indexQuestions } from '../../src/demonstrations/data/index.ts'
import { askAnswerer } from '../../src/demonstrations/evaluation/index.ts'
import { encodeColours, encodeNgrams, joinEmbeddings, rowsFor } from '../../src/demonstrations/features/index.ts'
import { type PictureQuestion, pictureQuestions } from '../../src/demonstrations/pictures/index.ts'
import { rankSimilar, type SimilaritySpace, samplePools } from '../../src/demonstrations/samplers/index.ts'
import type { Answerer, Embeddings, Pool, Question } from '../../src/demonstrations/schema.ts'
import type { QuestionSet, World } from './world.ts'

export interface WorldPlan {
  readonly seed: number
  readonly trainingQuestions: number
  /** Of the null world: the first of the training questions. */
  readonly nullTrainingQuestions: number
  readonly heldOutQuestions: number
  readonly answerer: Answerer
}

const indexSize = 3000
const poolSize = 64
/** Of the retrieval baseline: as many as the most shots. */
const ranked = 8

export interface Worlds {
  readonly simulated: World
  readonly null: World
}

/** The two differ in what the model is shown and in nothing else. */
export function pictureWorlds(plan: WorldPlan): Worlds {
  const { seed, trainingQuestions, nullTrainingQuestions, heldOutQuestions, answerer } = plan
  const made = pictureQuestions({ seed, index: indexSize, heldOut: heldOutQuestions })
  const index = indexQuestions(made.index)
  const everyone = [...made.index, ...made.heldOut]
  const text = encodeNgrams(everyone)
  const image = encodeColours(text.ids, (row) => readPicture((everyone[row] as PictureQuestion).image))
  const both = joinEmbeddings(text, image)
  const demonstrations = new Map<string, Question>(made.index.map((question) => [question.id, question]))
  const indexIds = made.index.map(({ id }) => id)
  const rowOf = new Map(both.ids.map((id, row) => [id, row]))

  const shownInstead = (question: string, id: string): string =>
    indexIds[hashKey([seed, 'null-world', question, id]) % indexIds.length] as string
  const setOf = (questions: readonly Question[]): PooledSet => {
    const ids = questions.map(({ id }) => id)
    const space = (embeddings: Embeddings): SimilaritySpace => ({
      index: rowsFor(embeddings, indexIds),
      queries: rowsFor(embeddings, ids),
    })
    const pools = samplePools(questions, index, {
      sampler: 'mixed',
      size: poolSize,
      seed,
      text: space(text),
      image: space(image),
    })
    const ask = askAnswerer({ questions, demonstrations, answerer, concurrency: 1 })
    return {
      questions: questions.map(({ id, imageId }, i) => ({ id, imageId, pool: pools[i]?.ids ?? [] })),
      queries: pools.map((pool) => ({
        query: rowOf.get(pool.queryId) as number,
        pool: pool.ids.map((id) => index.rowOf(id)),
      })),
      ranked: rankSimilar(questions, index, { space: space(both), count: ranked }),
      pools,
      ask,
    }
  }
  const withLuckOnly = (set: PooledSet): PooledSet => ({
    ...set,
    ask: (prompts, signal) =>
      set.ask(
        prompts.map(({ question, demonstrations: shown }) => ({
          question,
          demonstrations: shown.map((id) => shownInstead(set.questions[question]?.id ?? '', id)),
        })),
        signal,
      ),
  })
  const training = setOf(randomFor(seed, 'training-questions').shuffle(made.index).slice(0, trainingQuestions))
  const heldOut = setOf(made.heldOut)
  const byId = new Map<string, Question>(everyone.map((question) => [question.id, question]))
  const features = { width: both.width, queries: both.rows, candidates: both.rows.subarray(0, indexSize * both.width) }
  const worldOf = (sets: { readonly training: PooledSet; readonly heldOut: PooledSet }, model: string): World => ({
    features,
    training: sets.training,
    heldOut: sets.heldOut,
    identity: {
      questionsHash: hashQuestions(made.heldOut),
      poolHash: hashPools(sets.heldOut.pools),
      profileHash: hashProfile(answerer.profile),
      profileName: answerer.profile.name,
      model,
    },
    kindOf: (id) => byId.get(id)?.kind ?? null,
    item: async (id) => {
      const question = byId.get(id) as Question
      return { question: question.question, answer: question.shownAnswer, kind: question.kind, image: question.image }
    },
  })
  const fewer = firstOf(training, nullTrainingQuestions)
  return {
    simulated: worldOf({ training, heldOut }, answerer.model),
    null: worldOf({ training: withLuckOnly(fewer), heldOut: withLuckOnly(heldOut) }, `${answerer.model}, null world`),
  }
}

type PooledSet = QuestionSet & { readonly pools: readonly Pool[] }

function firstOf(set: PooledSet, count: number): PooledSet {
  return {
    questions: set.questions.slice(0, count),
    queries: set.queries.slice(0, count),
    ranked: set.ranked.slice(0, count),
    pools: set.pools.slice(0, count),
    ask: set.ask,
  }
}
