/**
 * What a command needs to run workflows: models, sandbox, environment, policy. Opened in the order in which mistakes are
 * cheap, closed in reverse.
 */
import type { Config } from '../config/index.ts'
import type { CallCache, RolloutRecord } from '../core/records.ts'
import type { RunEvent } from '../core/run-events.ts'
import { createEmbeddedEngine, type Notice, type PolicyEngine } from '../engines/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox, type Sandbox } from '../python/index.ts'
import { createJudge } from '../rewards/index.ts'
import { type Environment, stopOnOutage } from '../training/index.ts'
import { createWorkflowEnvironment } from '../workflows/index.ts'
import { askByConversation, openFrozenEngine, readExperience } from './frozen-policy.ts'
import { type ModelServers, openModelServers, type Probing } from './model-servers.ts'
import { askInChatFormat, noticeEvent, openTinkerPolicy } from './tinker-policy.ts'

export interface Session {
  readonly engine: PolicyEngine
  readonly environment: Environment
  readonly servers: ModelServers
  /** Workflows of an earlier run that a frozen policy is shown. */
  readonly examples: readonly RolloutRecord[]
  close(): Promise<void>
}

export interface SessionOptions {
  /** Where a training server's profile is kept. */
  readonly runFolder?: string
  /** Takes what a training server says; absent: warnings go to standard error. */
  readonly onEvent?: (event: RunEvent) => void
  readonly probing?: Probing
}

/** Attempts in a row that services have to fail before a run gives up: a few in a row are chance where one call in ten fails. */
const fewestOutages = 8

/** Times that an unclear verdict is asked for again. */
const judgeAttempts = 3

export async function openSession(
  config: Config,
  cache: CallCache | undefined,
  modelFolder: string,
  signal: AbortSignal,
  options: SessionOptions = {},
): Promise<Session> {
  const isFrozen = config.policy.engine === 'frozen'
  const { examples } = config.policy.frozen
  const experience = isFrozen && examples.run !== null ? readExperience(examples.run, examples.perType) : []
  const engine = isFrozen
    ? await openFrozenEngine(config, cache, process.env, signal, options.probing)
    : await openEngine(config, modelFolder, options)
  try {
    const workflows = await openWorkflows(config, cache, signal, options.probing)
    const asked = isFrozen
      ? askByConversation(workflows.environment, config.workflows, experience)
      : config.policy.engine === 'tinker'
        ? askInChatFormat(workflows.environment, config, modelFolder)
        : workflows.environment
    const environment = stopOnOutage(asked, Math.max(fewestOutages, 2 * config.training.concurrency))
    const close = async (): Promise<void> => {
      await workflows.close()
      await engine.close()
    }
    return { engine, environment, servers: workflows.servers, examples: experience, close }
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** What runs and scores workflows, without a policy. */
export async function openWorkflows(
  config: Config,
  cache: CallCache | undefined,
  signal: AbortSignal,
  probing: Probing = {},
): Promise<Omit<Session, 'engine' | 'examples'>> {
  const servers = await openModelServers(config, cache, process.env, signal, probing)
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
    const environment = createWorkflowEnvironment({
      executor: servers.executor,
      judge: createJudge({ model: servers.judge, attempts: judgeAttempts }),
      sandbox,
      analyzer: await createPythonAnalyzer(),
      rewards: config.rewards,
      decidedBy: config.rewards.preset === 'judge-only' ? 'judge' : 'scorer',
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

function openEngine(config: Config, modelFolder: string, options: SessionOptions): Promise<PolicyEngine> {
  if (config.policy.engine !== 'tinker') return createEmbeddedEngine({ modelFolder, threads: config.policy.threads })
  const { runFolder, onEvent = writeNotice } = options
  const notify = (notice: Notice): void => onEvent(noticeEvent(notice))
  return openTinkerPolicy({ config, modelFolder, runFolder, environment: process.env, notify })
}

function writeNotice(event: RunEvent): void {
  if (event.kind === 'notice') process.stderr.write(`${event.level}: ${event.message}\n`)
}
