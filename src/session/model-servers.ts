/**
 * The language models of a run: the executor and the judge, each a real server or the offline simulator, which is started
 * here when one of them asks for it. Servers are probed before anything is trained.
 */
import { type Config, judgeServer, type ServerConfig } from '../config/index.ts'
import type { CallCache } from '../core/records.ts'
import { type ChatModel, createChatModel, type ProbeAnswer, probeServer } from '../llm/index.ts'
import { startSimulator } from '../simulation/index.ts'
import { requestForm } from './request-form.ts'
import { serverAccess } from './server-access.ts'

/** How long a server may take to load its model before the first step. */
const probeTimeoutMs = 120_000

export interface ModelServers {
  readonly executor: ChatModel
  readonly judge: ChatModel
  /** Where the simulator listens; null where none was asked for. */
  readonly simulatorPort: number | null
  close(): Promise<void>
}

/** What a server is asked about before anything is trained, and what it said. */
export interface Probing {
  /** A text of the data. */
  readonly sample?: string
  readonly onAnswer?: (server: { readonly baseUrl: string; readonly model: string }, answer: ProbeAnswer) => void
}

/**
 * @param cache the run's journal of calls; without one nothing is kept.
 * @param environment where the API keys are.
 */
export async function openModelServers(
  config: Config,
  cache: CallCache | undefined,
  {
    environment,
    signal,
    probing = {},
  }: { readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly probing?: Probing | undefined },
): Promise<ModelServers> {
  const judgeConfig = judgeServer(config.llm)
  const servers: readonly [boundary: 'executor' | 'judge', server: ServerConfig][] = [
    ['executor', config.llm.executor],
    ['judge', judgeConfig],
  ]
  const needsSimulator = servers.some(([, server]) => server.baseUrl === 'simulator')
  const { skill, latencyMs, faults } = config.llm.simulator
  const simulator = needsSimulator
    ? await startSimulator({ skill, latencyMs, faults, seed: config.seed, model: 'simulator' })
    : null
  const opened: { close(): Promise<void> }[] = simulator === null ? [] : [simulator]
  try {
    const models = new Map<string, ChatModel>()
    const probed = new Set<string>()
    for (const [boundary, server] of servers) {
      const baseUrl = server.baseUrl === 'simulator' ? (simulator?.baseUrl ?? '') : server.baseUrl
      const access = serverAccess(server, environment)
      const { inputPerMillionUsd, outputPerMillionUsd } = server
      const prices = { inputPerMillionUsd, outputPerMillionUsd }
      const withCache =
        cache === undefined ? {} : { cache: server.baseUrl === 'simulator' ? freeOfCharge(cache) : cache }
      const form = requestForm(boundary, server)
      const place = JSON.stringify([baseUrl, server.model, server.apiKeyEnvironment, form])
      if (server.baseUrl !== 'simulator' && !probed.has(place)) {
        probed.add(place)
        const { sample } = probing
        const probe = { baseUrl, model: server.model, boundary, sample, timeoutMs: probeTimeoutMs, prices }
        probing.onAnswer?.(server, await probeServer({ ...probe, ...access, ...form, ...withCache }, signal))
      }
      const model = createChatModel({
        baseUrl,
        boundary,
        model: server.model,
        ...form.sampling,
        attempts: server.attempts,
        attemptTimeoutMs: server.attemptTimeoutMs,
        totalTimeoutMs: server.totalTimeoutMs,
        concurrency: server.concurrency,
        prices,
        ...access,
        ...withCache,
      })
      opened.unshift(model)
      models.set(boundary, model)
    }
    return {
      executor: models.get('executor') as ChatModel,
      judge: models.get('judge') as ChatModel,
      simulatorPort: simulator?.port ?? null,
      close: () => closeAll(opened),
    }
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

/** The simulator ends with this process and costs nothing: its calls need no note before they go out. */
function freeOfCharge({ begin: _, ...cache }: CallCache): CallCache {
  return cache
}

async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const item of opened) await item.close()
}
