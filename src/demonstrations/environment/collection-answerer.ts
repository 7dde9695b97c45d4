/**
 * The answering model of a collection, with its questions, its server and its evaluation profile. Answers of a server go
 * through the run's journal: a training that was killed buys none of them twice.
 */
import { createAnswerer, readEvaluationProfile, requireSameProfile } from '../answering/index.ts'
import { type AskingTools, openModels, prepareCollection } from '../collect/index.ts'
import type { Answerer, Question } from '../schema.ts'
import type { DemonstrationData } from './demonstration-data.ts'

export interface CollectionAnswerer {
  readonly answerer: Answerer
  readonly questionOf: (id: string) => Question
  close(): Promise<void>
}

export async function openCollectionAnswerer(
  { settings, profileHash }: NonNullable<DemonstrationData['collection']>,
  tools: AskingTools,
): Promise<CollectionAnswerer> {
  const profile = readEvaluationProfile(settings.profile, 'profile')
  requireSameProfile(profileHash, profile, 'the file of sequences')
  const { index } = await prepareCollection(settings, tools.simulated)
  const models = openModels(settings, profile, tools)
  return { answerer: createAnswerer(models, profile), questionOf: index.byId, close: models.close }
}
