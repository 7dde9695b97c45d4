/** The answering model that a collection's settings name: the simulator in this process, or a server through the client. */
import type { CallCache } from '../../core/records.ts'
import { type ClosableChatModel, createChatModel } from '../../llm/index.ts'
import {
  type AnswererModels,
  createSimulatedModel,
  decodingBody,
  likelihoodBody,
  withoutPictures,
} from '../answering/index.ts'
import type { EvaluationProfile } from '../schema.ts'
import type { CollectionSettings } from './settings.ts'

export interface OpenModels extends AnswererModels {
  close(): Promise<void>
}

/**
 * @param cache journal of the calls; answers that it holds are not asked for again.
 * @param environment where the API key is.
 */
export function openModels(
  { server, plan }: CollectionSettings,
  profile: EvaluationProfile,
  cache: CallCache | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): OpenModels {
  if (server.baseUrl === 'simulator') {
    const model = createSimulatedModel(server.model)
    return { model, likelihoodModel: model, close: async () => undefined }
  }
  const { baseUrl, model, concurrency } = server
  const apiKey = server.apiKeyEnvironment === null ? undefined : environment[server.apiKeyEnvironment]
  const opened: ClosableChatModel[] = []
  const open = (extraBody: NonNullable<Parameters<typeof createChatModel>[0]['extraBody']>): ClosableChatModel => {
    const kept = cache === undefined ? {} : { cache: withoutPictures(cache) }
    const chatModel = createChatModel({ baseUrl, model, apiKey, concurrency, ...kept, extraBody })
    opened.push(chatModel)
    return chatModel
  }
  return {
    model: open(decodingBody(profile)),
    ...(plan.infoScoreBeams > 0 || plan.hasReferenceProbability ? { likelihoodModel: open(likelihoodBody) } : {}),
    close: async () => {
      for (const chatModel of opened) await chatModel.close()
    },
  }
}
