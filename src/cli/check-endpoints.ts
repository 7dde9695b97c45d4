/**
 * What `baton train --dry-run` finds out besides the configuration: whether every server is there and has its model, and
 * whether batches and lengths add up. Each question costs one short completion at most.
 */
import { type Config, judgeServer } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { listModels } from '../engines/index.ts'
import { probeServer } from '../llm/index.ts'

export interface EndpointFinding {
  readonly name: 'policy' | 'executor' | 'judge'
  readonly where: string
  /** null where all is well. */
  readonly trouble: BatonError | null
  /** What is known of it. */
  readonly says: string
}

const probeTimeoutMs = 30_000

/** All of them, also where one fails: a person mends them in one go. */
export async function checkEndpoints(
  config: Config,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<EndpointFinding[]> {
  return [
    await checkPolicy(config, environment, signal),
    await checkModel('executor', config.llm.executor, environment, signal),
    await checkModel('judge', judgeServer(config.llm), environment, signal),
  ]
}

async function checkPolicy(
  { policy, training }: Config,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<EndpointFinding> {
  if (policy.engine === 'frozen') return checkModel('policy', policy.frozen, environment, signal)
  if (policy.engine === 'embedded')
    return { name: 'policy', where: policy.model, trouble: null, says: 'in this process' }
  const { baseUrl, baseModel, apiKeyEnvironment } = policy.tinker
  const apiKey = apiKeyEnvironment === null ? undefined : environment[apiKeyEnvironment]
  return finding('policy', `${baseModel} at ${baseUrl}`, async () => {
    const { models } = await listModels({ baseUrl, apiKey })
    const listed = models.find(({ name }) => name === baseModel)
    if (listed === undefined && models.length > 0) {
      throw trouble(
        `${baseUrl} does not train ${baseModel}; it has ${models.map(({ name }) => name).join(', ')}.`,
        'Set policy.tinker.baseModel to one of them.',
      )
    }
    const length = listed?.contextLength ?? policy.tinker.contextLength
    const needed = policy.promptMaxTokens + policy.maxCompletionTokens
    if (needed > length) {
      throw trouble(
        `policy.promptMaxTokens + policy.maxCompletionTokens is ${needed}, the context of ${baseModel} ${length}.`,
        'Lower one of the two, or start the server with a longer context.',
      )
    }
    const atOnce = training.problemsPerStep * training.groupSize
    return `context ${length}, of which ${needed} are used; ${atOnce} samples a step`
  })
}

interface Server {
  readonly baseUrl: string
  readonly model: string
  readonly apiKeyEnvironment: string | null
  readonly api?: 'openai' | 'anthropic'
}

function checkModel(
  name: EndpointFinding['name'],
  { baseUrl, model, apiKeyEnvironment, api }: Server,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<EndpointFinding> {
  if (baseUrl === 'simulator') {
    return Promise.resolve({ name, where: 'simulator', trouble: null, says: 'offline, not a language model' })
  }
  const apiKey = apiKeyEnvironment === null ? undefined : environment[apiKeyEnvironment]
  return finding(name, `${model} at ${baseUrl}`, async () => {
    await probeServer({ baseUrl, model, apiKey, dialect: api, boundary: name, timeoutMs: probeTimeoutMs }, signal)
    return 'answers'
  })
}

async function finding(
  name: EndpointFinding['name'],
  where: string,
  ask: () => Promise<string>,
): Promise<EndpointFinding> {
  try {
    return { name, where, trouble: null, says: await ask() }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    return { name, where, trouble: error, says: error.message }
  }
}

const trouble = (message: string, hint: string): BatonError =>
  new BatonError(message, { boundary: 'config', code: 'endpoint', hint })

/** Batches and lengths of a training, each a line: what a step makes, and what the largest of it is. */
export function arithmeticLines({ policy, training, llm }: Config): string[] {
  const rollouts = training.problemsPerStep * training.groupSize
  const minibatch = training.minibatchSize ?? rollouts
  const updates = Math.ceil(rollouts / minibatch) * training.iterations
  const rest = rollouts % minibatch
  const tokens = policy.promptMaxTokens + policy.maxCompletionTokens
  const million = (count: number): string => `${(count / 1e6).toFixed(2)} M`
  return [
    `rollouts   ${training.problemsPerStep} problems x ${training.groupSize} = ${rollouts} a step, ${rollouts * training.steps} in ${training.steps} steps`,
    policy.engine === 'frozen'
      ? 'updates    none: the generator is not trained'
      : `updates    ${updates} a step of ${minibatch} rollouts at most${rest === 0 ? '' : ` (the last of ${rest})`}; fewer where groups have no spread`,
    `tokens     ${policy.promptMaxTokens} + ${policy.maxCompletionTokens} = ${tokens} a sequence at most, ${million(tokens * rollouts)} a step`,
    `answers    ${llm.executor.maxTokens} tokens each at most, ${Math.min(training.concurrency, rollouts)} rollouts at once`,
  ]
}
