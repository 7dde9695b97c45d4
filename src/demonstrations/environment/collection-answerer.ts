/**
 * The answering model of a collection, with its questions, its server and its evaluation profile. Answers of a server go
 * through the run's journal: a training that was killed buys none of them twice.
 */
import type { CallCache } from '../../core/records.ts'
import { createAnswerer, readEvaluationProfile, requireSameProfile } from '../answering/index.ts'
import { openModels, prepareCollection } from '../collect/index.ts'
import type { Answerer, Question } from '../schema.ts'
import type { DemonstrationData } from './demonstration-data.ts'

export interface CollectionAnswerer {
  readonly answerer: Answerer
  readonly questionOf: (id: string) => Question
  close(): Promise<void>
}

/** @param environment where the API key is. */
export async function openCollectionAnswerer(
  { settings, profileHash }: NonNullable<DemonstrationData['collection']>,
  cache: CallCache | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CollectionAnswerer> {
  const profile = readEvaluationProfile(settings.profile, 'profile')
  requireSameProfile(profileHash, profile, 'the file of sequences')
  const { index } = await prepareCollection(settings)
  const models = openModels(settings, profile, cache, environment)
  return { answerer: createAnswerer(models, profile), questionOf: index.byId, close: models.close }
}
