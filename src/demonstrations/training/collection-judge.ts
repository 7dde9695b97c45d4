/**
 * Judges fresh samples with the answering model of a collection: its questions, its server, its evaluation profile.
 * Answers of a server go through the run's journal, so a training that was killed buys none of them twice.
 */
import type { CallCache } from '../../core/records.ts'
import {
  createAnswerer,
  judgeAnswer,
  readEvaluationProfile,
  requireSameProfile,
  watchAnswerer,
} from '../answering/index.ts'
import { type CollectionSettings, inParallel, openModels, prepareCollection } from '../collect/index.ts'
import type { Question } from '../schema.ts'
import type { EmbeddingTables } from './from-collected.ts'
import type { SequenceJudge } from './train-selector.ts'

export interface CollectionJudgeOptions {
  readonly settings: CollectionSettings
  /** Whose rows the selector reads. */
  readonly tables: EmbeddingTables
  /** Of the collected sequences: fresh ones must be judged alike. */
  readonly profileHash: string | null
  readonly cache: CallCache
  /** Where the API key is. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly onProgress?: (done: number, total: number) => void
}

export interface CollectionJudge {
  readonly judge: SequenceJudge
  close(): Promise<void>
}

export async function openCollectionJudge(options: CollectionJudgeOptions): Promise<CollectionJudge> {
  const { settings, tables } = options
  const profile = readEvaluationProfile(settings.profile, 'profile')
  requireSameProfile(options.profileHash, profile, 'the file of sequences')
  const { index } = await prepareCollection(settings)
  const models = openModels(settings, profile, options.cache, options.environment)
  const answerer = watchAnswerer(createAnswerer(models, profile), settings.server.concurrency)
  const questionOf = (ids: readonly string[], row: number): Question => index.byId(ids[row] as string)
  return {
    close: models.close,
    judge: async (requests, signal) => {
      let done = 0
      return inParallel(requests, settings.server.concurrency, async ({ query, pointers }) => {
        signal?.throwIfAborted()
        const question = questionOf(tables.queries.ids, query.query)
        // The first pick stands next to the question.
        const shown = [...pointers].reverse().map((position) => {
          return questionOf(tables.candidates.ids, query.pool[position] as number)
        })
        const outcome = await answerer.answer(question, shown, signal)
        done += 1
        options.onProgress?.(done, requests.length)
        return outcome.kind === 'failure' ? null : { ...judgeAnswer(outcome, question, profile), beamScore: null }
      })
    },
  }
}
