/** The answering model that a collection's settings name: the simulator in this process, or a server through the client. */
import type { CallCache } from '../../core/records.ts'
import { type ClosableChatModel, createChatModel } from '../../llm/index.ts'
import { type AnswererModels, decodingBody, likelihoodBody, withoutPictures } from '../answering/index.ts'
import type { EvaluationProfile } from '../schema.ts'
import type { CollectionSettings } from './settings.ts'
import type { SimulatedWorld } from './simulated-world.ts'

export interface OpenModels extends AnswererModels {
  close(): Promise<void>
}

/** Whom a collection may ask, and what it keeps of the answers. */
export interface AskingTools {
  /** Journal of the calls; answers that it holds are not asked for again. */
  readonly cache: CallCache | undefined
  /** Where the API key is. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly simulated: SimulatedWorld
}

export function openModels(
  { server, plan }: CollectionSettings,
  profile: EvaluationProfile,
  { cache, environment, simulated }: AskingTools,
): OpenModels {
  if (server.baseUrl === 'simulator') {
    const model = simulated.model(server.model)
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
