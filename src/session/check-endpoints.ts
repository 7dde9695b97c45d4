/**
 * What `baton train --dry-run` finds out besides the configuration: whether every server is there and has its model. Each
 * server is asked for one short completion at most.
 */
import { type Config, judgeServer, type ServerConfig } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import { listModels } from '../engines/index.ts'
import { type ProbeAnswer, probeServer } from '../llm/index.ts'
import { type Address, type ContextCheck, checkContexts, type Role, sampleOf, serverPlace } from './check-context.ts'
import { readExperience } from './frozen-policy.ts'
import { requestForm } from './request-form.ts'
import { requirePrices } from './require-prices.ts'
import { serverAccess } from './server-access.ts'

/** What servers were asked with and answered, by place. */
interface Asked {
  readonly sample: string
  readonly probes: Map<string, ProbeAnswer>
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

export interface EndpointFinding {
  readonly name: Role
  readonly where: string
  /** null where all is well. */
  readonly failure: BatonError | null
  /** What is known of it. */
  readonly says: string
  /** Absent where its context was not asked for. */
  readonly context?: ContextCheck
}

const probeTimeoutMs = 30_000

/** All of them, also where one fails: a person repairs them in one go. What is ready is asked for its context as well. */
export async function checkEndpoints(
  config: Config,
  problems: readonly Problem[],
  { environment, signal }: { readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<EndpointFinding[]> {
  if (config.environment !== 'demonstrations') requirePrices(config)
  const asked: Asked = { sample: sampleOf(problems), probes: new Map(), environment, signal }
  const found = [await policyChecks[config.policy.engine](config, asked)]
  // Whom a collection asked is asked again; what that server is, the collection has found out.
  if (config.environment === 'demonstrations') return found
  found.push(await checkModel('executor', config.llm.executor, asked))
  if (config.environment !== 'workflows') return found
  found.push(await checkModel('judge', judgeServer(config.llm), asked))
  const { run, perType } = config.policy.frozen.examples
  const examples = config.policy.engine === 'frozen' && run !== null ? readExperience(run, perType) : []
  const { probes } = asked
  const except = new Set(found.flatMap(({ name, failure }) => (failure === null ? [] : [name])))
  const contexts = await checkContexts({ config, problems, examples, probes, environment, except }, signal)
  return found.map((finding) => {
    const check = contexts.find(({ role }) => role === finding.name)
    return check === undefined ? finding : { ...finding, context: check }
  })
}

type PolicyCheck = (config: Config, asked: Asked) => Promise<EndpointFinding>

const inThisProcess = (where: string): EndpointFinding => ({
  name: 'policy',
  where,
  failure: null,
  says: 'in this process',
})

const policyChecks: Readonly<Record<Config['policy']['engine'], PolicyCheck>> = {
  embedded: async ({ policy }) => inThisProcess(policy.model),
  pointer: async ({ policy }) => inThisProcess(policy.pointer.start ?? policy.pointer.kind),
  frozen: ({ policy }, asked) => checkModel('policy', policy.frozen, asked),
  tinker: checkTrainingServer,
}

function checkTrainingServer({ policy, training }: Config, { environment }: Asked): Promise<EndpointFinding> {
  const { baseUrl, baseModel, apiKeyEnvironment } = policy.tinker
  const apiKey = apiKeyEnvironment === null ? undefined : environment[apiKeyEnvironment]
  return findingOf('policy', `${baseModel} at ${baseUrl}`, async () => {
    const { models } = await listModels({ baseUrl, apiKey })
    const listed = models.find(({ name }) => name === baseModel)
    if (listed === undefined && models.length > 0) {
      throw endpointError(
        `${baseUrl} does not train ${baseModel}; it has ${models.map(({ name }) => name).join(', ')}.`,
        'Set policy.tinker.baseModel to one of them.',
      )
    }
    const length = listed?.contextLength ?? policy.tinker.contextLength
    const needed = policy.promptMaxTokens + policy.maxCompletionTokens
    if (needed > length) {
      throw endpointError(
        `policy.promptMaxTokens + policy.maxCompletionTokens is ${needed}, the context of ${baseModel} ${length}.`,
        'Lower one of the two, or start the server with a longer context.',
      )
    }
    const atOnce = training.problemsPerStep * training.groupSize
    return `context ${length}, of which ${needed} are used; ${atOnce} samples a step`
  })
}

function checkModel(name: Role, address: Address & Partial<ServerConfig>, asked: Asked): Promise<EndpointFinding> {
  const { baseUrl, model, api } = address
  const { environment, sample, probes, signal } = asked
  if (baseUrl === 'simulator') {
    return Promise.resolve({ name, where: 'simulator', failure: null, says: 'offline, not a language model' })
  }
  return findingOf(name, `${model} at ${baseUrl}`, async () => {
    const access = serverAccess(address, environment)
    const form = requestForm(name, address)
    const probe = {
      baseUrl,
      model,
      dialect: api,
      boundary: name,
      sample,
      timeoutMs: probeTimeoutMs,
      ...access,
      ...form,
    }
    const answer = await probeServer(probe, signal)
    probes.set(serverPlace(address), answer)
    return answer.warning === undefined ? 'answers' : `answers, though ${answer.warning}`
  })
}

async function findingOf(name: Role, where: string, ask: () => Promise<string>): Promise<EndpointFinding> {
  try {
    return { name, where, failure: null, says: await ask() }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    return { name, where, failure: error, says: error.message }
  }
}

const endpointError = (message: string, hint: string): BatonError =>
  new BatonError(message, { boundary: 'config', code: 'endpoint', hint })
