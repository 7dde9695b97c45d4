/**
 * What a command needs of a configuration: policy, environment and what that asks. Opened in the order in which mistakes are
 * cheap, closed in reverse.
 */
import type { Config } from '../config/index.ts'
import { isOwnEnvironment } from '../core/inputs/names.ts'
import type { CallCache } from '../core/records.ts'
import type { DemonstrationData } from '../demonstrations/environment/index.ts'
import type { PolicyEngine } from '../engines/index.ts'
import type { PickTokenizer } from '../engines/pointer/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox, type Sandbox } from '../python/index.ts'
import { openRewards } from '../rewards/index.ts'
import { adaptEnvironment, containMistakes, type Environment, stopOnOutage } from '../training/index.ts'
import { createWorkflowEnvironment } from '../workflows/index.ts'
import { configuredJudge } from './configured-judge.ts'
import { type ModelServers, openModelServers, type Probing } from './model-servers.ts'
import { loadOwnEnvironment } from './own-module.ts'
import { type OpenedPolicy, openPolicy, type SessionOptions } from './policy-kinds.ts'
import { requirePrices } from './require-prices.ts'
import { simulatedPictures } from './simulated-pictures.ts'

export interface Session extends OpenedPolicy {
  readonly environment: Environment
  /** Executor and judge of workflows; null where there are none. */
  readonly servers: ModelServers | null
  close(): Promise<void>
}

/** Attempts in a row that services have to fail before a run gives up: a few in a row are chance where one call in ten fails. */
const fewestOutages = 8

export async function openSession(
  config: Config,
  cache: CallCache | undefined,
  modelFolder: string,
  signal: AbortSignal,
  options: SessionOptions = {},
): Promise<Session> {
  const policy = await openPolicy({ config, modelFolder, cache, signal, options })
  try {
    const opened = await openEnvironment(config, cache, { policy, signal, options })
    const asked = policy.ask?.(opened.environment) ?? opened.environment
    const environment = stopOnOutage(containMistakes(asked), Math.max(fewestOutages, 2 * config.training.concurrency))
    const close = async (): Promise<void> => {
      await opened.close()
      await policy.engine.close()
    }
    return { ...policy, environment, servers: opened.servers, close }
  } catch (error) {
    await policy.engine.close()
    throw error
  }
}

interface EnvironmentContext {
  readonly policy: OpenedPolicy
  readonly signal: AbortSignal
  readonly options: SessionOptions
}

async function openEnvironment(
  config: Config,
  cache: CallCache | undefined,
  context: EnvironmentContext,
): Promise<OpenedEnvironment> {
  const { policy, signal, options } = context
  const { demonstrations, probing } = options
  if (demonstrations !== undefined) {
    return openDemonstrations(config, cache, { engine: policy.engine, data: demonstrations })
  }
  if (isOwnEnvironment(config.environment)) return openOwnEnvironment(config, cache, { signal, options })
  return openWorkflows(config, cache, { signal, probing })
}

type OpenedEnvironment = Pick<Session, 'environment' | 'servers' | 'close'>

/** What runs and scores workflows, without a policy. */
export async function openWorkflows(
  config: Config,
  cache: CallCache | undefined,
  { signal, probing = {} }: { readonly signal: AbortSignal; readonly probing?: Probing | undefined },
): Promise<OpenedEnvironment & { readonly servers: ModelServers }> {
  requirePrices(config)
  const servers = await openModelServers(config, cache, { environment: process.env, signal, probing })
  const closers: (() => Promise<void>)[] = [() => servers.close()]
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer()
  }
  try {
    const sandbox: Sandbox = await createSandbox({
      processes: config.sandbox.processes,
      interpretersPerProcess: config.sandbox.interpretersPerProcess,
      systemPython: config.sandbox.systemPython,
    })
    closers.push(() => sandbox.close())
    const rewards = await openRewards(config.rewards)
    closers.push(() => rewards.close())
    const environment = createWorkflowEnvironment({
      executor: servers.executor,
      judge: configuredJudge(config, servers.judge),
      sandbox,
      analyzer: await createPythonAnalyzer(),
      rewards,
      limits: config.sandbox,
      promptStyle: config.policy.promptStyle,
      promptMaxTokens: config.policy.promptMaxTokens,
      ask: config.workflows,
    })
    return { environment, servers, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** An environment of the user's own; of the servers it is given the executor, if one is configured. */
async function openOwnEnvironment(
  config: Config,
  cache: CallCache | undefined,
  { signal, options: { probing, ownEnvironment: given } }: Pick<EnvironmentContext, 'signal' | 'options'>,
): Promise<OpenedEnvironment> {
  const own = given ?? (await loadOwnEnvironment(config.environment))
  const { promptMaxTokens } = config.policy
  if (config.llm.executor.baseUrl === 'simulator') {
    const environment = adaptEnvironment(own, { executor: null, promptMaxTokens })
    return { environment, servers: null, close: async () => {} }
  }
  const servers = await openModelServers(config, cache, { environment: process.env, signal, probing })
  const environment = adaptEnvironment(own, { executor: servers.executor, promptMaxTokens })
  return { environment, servers, close: () => servers.close() }
}

async function openDemonstrations(
  config: Config,
  cache: CallCache | undefined,
  { engine, data }: { readonly engine: PolicyEngine; readonly data: DemonstrationData },
): Promise<OpenedEnvironment> {
  const { createDemonstrationEnvironment, openCollectionAnswerer } = await import(
    '../demonstrations/environment/index.ts'
  )
  const asking =
    data.collection === null || config.training.rollouts === 'collected'
      ? null
      : await openCollectionAnswerer(data.collection, {
          cache,
          environment: process.env,
          simulated: simulatedPictures,
        })
  const { reward } = config.demonstrations
  const tokenizer = engine.tokenizer as PickTokenizer
  const environment = createDemonstrationEnvironment({ tokenizer, pools: data.pools, reward, asking })
  return { environment, servers: null, close: async () => asking?.close() }
}
