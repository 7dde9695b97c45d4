/**
 * The embedded text encoder: signed hashed counts of words and of pairs of words. Deterministic, needs no model and no
 * training, and sees wording only: two questions are similar where they share words.
 */
import { hashKey } from '../../core/random.ts'
import type { Embeddings, Question } from '../schema.ts'
import { makeEmbeddings } from './embeddings.ts'

export const ngramWidth = 448

export function encodeNgrams(questions: readonly Pick<Question, 'id' | 'question'>[], width = ngramWidth): Embeddings {
  const rows = new Float32Array(questions.length * width)
  questions.forEach(({ question }, row) => {
    for (const gram of gramsOf(question)) {
      const hash = hashOfGram(gram)
      const at = row * width + (hash % width)
      rows[at] = (rows[at] as number) + (hash >>> 31 === 1 ? 1 : -1)
    }
  })
  return makeEmbeddings(
    questions.map(({ id }) => id),
    rows,
    `hashed-ngrams-${width}`,
  )
}

function gramsOf(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return [...words, ...words.slice(1).map((word, i) => `${words[i]}_${word}`)]
}

const hashes = new Map<string, number>()
const mostHashes = 200_000

function hashOfGram(gram: string): number {
  let hash = hashes.get(gram)
  if (hash === undefined) {
    if (hashes.size >= mostHashes) hashes.clear()
    hash = hashKey(['gram', gram])
    hashes.set(gram, hash)
  }
  return hash
}
