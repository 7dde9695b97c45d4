/** What the recipe needs of a world: questions with pools, embeddings, and an answering model. */
import type { QuestionIndex } from '../../src/demonstrations/data/index.ts'
import type { PooledQuestion } from '../../src/demonstrations/evaluation/index.ts'
import type { GalleryItem } from '../../src/demonstrations/report/index.ts'
import type { SimilaritySpace } from '../../src/demonstrations/samplers/index.ts'
import type { Answerer, Pool, Question } from '../../src/demonstrations/schema.ts'
import type { PickTables } from '../../src/engines/pointer/index.ts'

/** Questions with their pools; the lists have the same order. */
export interface QuestionSet {
  readonly asked: readonly Question[]
  readonly pools: readonly Pool[]
  readonly questions: readonly (PooledQuestion & { readonly imageId: string })[]
  /** Ids of the most similar demonstrations of the whole index, best first. */
  readonly ranked: readonly (readonly string[])[]
  readonly space: SimilaritySpace
}

export interface World {
  readonly tables: PickTables
  readonly index: QuestionIndex
  readonly answerer: Answerer
  readonly training: QuestionSet
  readonly heldOut: QuestionSet
  readonly identity: {
    readonly questionsHash: string
    readonly profileHash: string
    readonly profileName: string
    readonly poolHash: string
    readonly model: string
  }
  kindOf(id: string): string | null
  item(id: string): Promise<GalleryItem>
}
