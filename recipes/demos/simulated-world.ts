/**
 * The recipe's world: simulated questions, embeddings of their words and scene, pools of 64 (32 nearest, 32 random; never
 * the question itself), and the simulated answering model.
 */
import { createHash } from 'node:crypto'
import { hashKey, randomFor } from '../../src/core/random.ts'
import type { PooledQuery, SelectorFeatures } from '../../src/demonstrations/selector/index.ts'
import { families } from './question-families.ts'
import { answerScore, type SimulatedQuestion, simulateQuestions } from './simulated-questions.ts'
import type { QuestionSet, World } from './world.ts'

export interface WorldPlan {
  readonly seed: number
  /** 1 as documented, 0 for the null world. */
  readonly effect: number
  readonly trainingQuestions: number
  readonly heldOutQuestions: number
}

const indexSize = 3000
const poolSize = 64
const nearest = 32
const textWidth = 448
const sceneWidth = 64
const width = textWidth + sceneWidth

export function simulatedWorld({ seed, effect, trainingQuestions, heldOutQuestions }: WorldPlan): World {
  const all = simulateQuestions(seed, indexSize, heldOutQuestions)
  const embeddings = new Float32Array(all.length * width)
  for (const [row, question] of all.entries()) embeddings.set(embed(seed, question), row * width)
  const features: SelectorFeatures = {
    width,
    queries: embeddings,
    candidates: embeddings.subarray(0, indexSize * width),
  }
  const byId = new Map(all.map((question) => [question.id, question]))
  const rows = randomFor(seed, 'training-questions').shuffle([...all.keys()].slice(0, indexSize))
  const setOf = (list: readonly number[]): QuestionSet => questionSet(list, { all, byId, embeddings, seed, effect })
  const training = setOf(rows.slice(0, trainingQuestions))
  const heldOut = setOf(Array.from({ length: heldOutQuestions }, (_, i) => indexSize + i))
  return {
    features,
    training,
    heldOut,
    identity: {
      questionsHash: hashOf(heldOut.questions.map(({ id }) => [id, byId.get(id)?.text])),
      profileHash: hashOf(['simulated', effect, seed]),
      profileName: effect === 0 ? 'simulated, null world' : 'simulated',
      poolHash: hashOf(heldOut.questions.map(({ pool }) => pool)),
      model: 'simulator',
    },
    kindOf: (id) => families[byId.get(id)?.family ?? -1]?.name ?? null,
    item: async (id) => {
      const question = byId.get(id) as SimulatedQuestion
      return {
        question: question.text,
        answer: question.answer,
        kind: families[question.family]?.name ?? null,
        image: null,
      }
    },
  }
}

interface Shared {
  readonly all: readonly SimulatedQuestion[]
  readonly byId: ReadonlyMap<string, SimulatedQuestion>
  readonly embeddings: Float32Array
  readonly seed: number
  readonly effect: number
}

function questionSet(list: readonly number[], { all, byId, embeddings, seed, effect }: Shared): QuestionSet {
  const idOf = (row: number): string => (all[row] as SimulatedQuestion).id
  const pooled = list.map((row) => {
    const near = nearestRows(embeddings, row)
    const rng = randomFor(seed, 'pool', row)
    const pool = new Set(near)
    while (pool.size < poolSize) {
      const candidate = rng.integer(indexSize)
      if (candidate !== row) pool.add(candidate)
    }
    return { row, near, pool: rng.shuffle([...pool]) }
  })
  return {
    questions: pooled.map(({ row, pool }) => ({ id: idOf(row), imageId: idOf(row), pool: pool.map(idOf) })),
    queries: pooled.map(({ row, pool }): PooledQuery => ({ query: row, pool })),
    ranked: pooled.map(({ near }) => near.map(idOf)),
    ask: async (prompts) =>
      prompts.map(({ question, demonstrations }) => {
        const asked = all[list[question] as number] as SimulatedQuestion
        const shown = demonstrations.map((id) => byId.get(id) as SimulatedQuestion)
        const score = answerScore(seed, asked, shown, effect)
        return { prediction: score > 0 ? asked.answer : 'unclear', score }
      }),
  }
}

/** Rows of the index with the highest inner product, best first, without the row itself. */
function nearestRows(embeddings: Float32Array, row: number): number[] {
  const query = embeddings.subarray(row * width, (row + 1) * width)
  const scores = new Float32Array(indexSize)
  for (let candidate = 0; candidate < indexSize; candidate++) {
    const start = candidate * width
    let product = 0
    for (let i = 0; i < width; i++) product += (query[i] as number) * (embeddings[start + i] as number)
    scores[candidate] = candidate === row ? Number.NEGATIVE_INFINITY : product
  }
  return [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number)).slice(0, nearest)
}

/** Signed hashed words and pairs of words, and a vector of topic and scene with noise; each half of length 1 / sqrt(2). */
function embed(seed: number, question: SimulatedQuestion): Float32Array {
  const vector = new Float32Array(width)
  const words = question.text.replace('?', '').split(' ')
  const grams = [...words, ...words.slice(1).map((word, i) => `${words[i]}_${word}`)]
  for (const gram of grams) {
    const hash = hashKey(['gram', gram])
    const at = hash % textWidth
    vector[at] = (vector[at] as number) + (hash >>> 31 === 1 ? 1 : -1)
  }
  const noise = randomFor(seed, 'picture', question.id)
  const [ofTopic, ofScene] = [direction(`topic ${question.topic}`), direction(question.scene)]
  for (let i = 0; i < sceneWidth; i++) {
    vector[textWidth + i] = (ofTopic[i] as number) + 0.7 * (ofScene[i] as number) + 0.15 * noise.normal()
  }
  scale(vector.subarray(0, textWidth))
  scale(vector.subarray(textWidth))
  return vector
}

const directions = new Map<string, Float32Array>()

function direction(name: string): Float32Array {
  const known = directions.get(name)
  if (known !== undefined) return known
  const rng = randomFor('direction', name)
  const made = Float32Array.from({ length: sceneWidth }, () => rng.normal())
  scale(made, 1)
  directions.set(name, made)
  return made
}

function scale(part: Float32Array, length = Math.SQRT1_2): void {
  const factor = length / Math.max(1e-12, Math.hypot(...part))
  for (let i = 0; i < part.length; i++) part[i] = (part[i] as number) * factor
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
