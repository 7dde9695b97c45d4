/** What the recipe needs of a world: questions with pools, embeddings, and an answering model. */
import type { AskedPrompt, PooledQuestion, ScoredAnswer } from '../../src/demonstrations/evaluation/index.ts'
import type { GalleryItem } from '../../src/demonstrations/report/index.ts'
import type { PooledQuery, SelectorFeatures } from '../../src/demonstrations/selector/index.ts'

/** Questions with their pools, as ids and as rows of the embeddings; the lists have the same order. */
export interface QuestionSet {
  readonly questions: readonly (PooledQuestion & { readonly imageId: string })[]
  readonly queries: readonly PooledQuery[]
  /** Ids of the most similar demonstrations of the whole index, best first. */
  readonly ranked: readonly (readonly string[])[]
  /** Answers and scores prompts: `question` is a position in this set. */
  ask(prompts: readonly AskedPrompt[], signal?: AbortSignal): Promise<readonly ScoredAnswer[]>
}

export interface World {
  readonly features: SelectorFeatures
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
