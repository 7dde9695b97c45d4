/**
 * The recipe's world: generated questions about drawn pictures, the embedded encoders, mixed pools of 64, and the
 * simulator as the answering model.
 *
 * The null world is the same but for one thing: what the model is shown in place of each pick is drawn afresh for
 * each (question, pick). Rewards then vary as before, and nothing about them can be learned.
 */
import { hashKey, randomFor } from '../../src/core/random.ts'
import { decodePicture, hashProfile } from '../../src/demonstrations/answering/index.ts'
import { hashPools, hashQuestions, indexQuestions } from '../../src/demonstrations/data/index.ts'
import { encodeColours, encodeNgrams, joinEmbeddings, rowsFor } from '../../src/demonstrations/features/index.ts'
import { rankSimilar, type SimilaritySpace, samplePools } from '../../src/demonstrations/samplers/index.ts'
import type { Answerer, Embeddings, Question } from '../../src/demonstrations/schema.ts'
import { type PictureQuestion, pictureQuestions } from '../../src/simulation/pictures/index.ts'
import type { QuestionSet, World } from './world.ts'

export interface WorldPlan {
  readonly seed: number
  readonly trainingQuestions: number
  /** Of the null world: the first of the training questions. */
  readonly nullTrainingQuestions: number
  readonly heldOutQuestions: number
  /** Demonstrations there are, and in a pool. */
  readonly indexSize: number
  readonly poolSize: number
  readonly answerer: Answerer
}

/** Of the retrieval baseline: as many as the most shots. */
const ranked = 8

export interface Worlds {
  readonly simulated: World
  readonly null: World
}

/** The two differ in what the model is shown and in nothing else. */
export function pictureWorlds(plan: WorldPlan): Worlds {
  const { seed, trainingQuestions, nullTrainingQuestions, heldOutQuestions, indexSize, poolSize, answerer } = plan
  const made = pictureQuestions({ seed, index: indexSize, heldOut: heldOutQuestions })
  const index = indexQuestions(made.index)
  const everyone = [...made.index, ...made.heldOut]
  const text = encodeNgrams(everyone)
  const image = encodeColours(text.ids, (row) => decodePicture((everyone[row] as PictureQuestion).image))
  const both = joinEmbeddings(text, image)
  const indexIds = made.index.map(({ id }) => id)

  const setOf = (questions: readonly Question[]): QuestionSet => {
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
    return {
      questions: questions.map(({ id, imageId }, i) => ({ id, imageId, pool: pools[i]?.ids ?? [] })),
      ranked: rankSimilar(questions, index, { space: space(both), count: ranked }),
      asked: questions,
      pools,
      space: space(both),
    }
  }
  const training = setOf(randomFor(seed, 'training-questions').shuffle(made.index).slice(0, trainingQuestions))
  const heldOut = setOf(made.heldOut)
  const byId = new Map<string, Question>(everyone.map((question) => [question.id, question]))
  const candidates = { ids: indexIds, width: both.width, rows: both.rows.subarray(0, indexSize * both.width) }
  const worldOf = (trainingSet: QuestionSet, model: Answerer): World => ({
    tables: { queries: both, candidates },
    index,
    answerer: model,
    training: trainingSet,
    heldOut,
    identity: {
      questionsHash: hashQuestions(made.heldOut),
      poolHash: hashPools(heldOut.pools),
      profileHash: hashProfile(answerer.profile),
      profileName: answerer.profile.name,
      model: model.model,
    },
    kindOf: (id) => byId.get(id)?.kind ?? null,
    item: async (id) => {
      const question = byId.get(id) as Question
      return { question: question.question, answer: question.shownAnswer, kind: question.kind, image: question.image }
    },
  })
  return {
    simulated: worldOf(training, answerer),
    null: worldOf(firstOf(training, nullTrainingQuestions), luckOnly(answerer, made.index, seed)),
  }
}

/** What is shown in place of each pick is drawn by (question, pick): the same prompt still gets the same answer. */
function luckOnly(answerer: Answerer, index: readonly Question[], seed: number): Answerer {
  const shownInstead = (question: Question, pick: Question): Question =>
    index[hashKey([seed, 'null-world', question.id, pick.id]) % index.length] as Question
  return {
    ...answerer,
    model: `${answerer.model}, null world`,
    answer: (question, demonstrations, signal) =>
      answerer.answer(
        question,
        demonstrations.map((pick) => shownInstead(question, pick)),
        signal,
      ),
  }
}

function firstOf(set: QuestionSet, count: number): QuestionSet {
  return {
    asked: set.asked.slice(0, count),
    questions: set.questions.slice(0, count),
    ranked: set.ranked.slice(0, count),
    pools: set.pools.slice(0, count),
    space: set.space,
  }
}
