/**
 * Conformance probes: what a server does, measured on a throw-away model. Each probe changes the profile that the next
 * ones use. Sizes of gradients are compared with each other, so that no probe depends on the model.
 */

import { createLimiter } from '../../../http/index.ts'
import {
  getInfoReply,
  isAppliedMetric,
  jsonType,
  protobufType,
  serverCapabilitiesReply,
} from '../../../tinker/index.ts'
import type { TokenSequence } from '../../policy-engine.ts'
import { defaultBatchLimits } from '../client/batches.ts'
import { learningOperation, loadWeights, requestLearning, saveForSampler, saveWeights } from '../client/operations.ts'
import { drawCompletions, type SampleContext, scorePrompt } from '../client/samples.ts'
import { openTrainingClient } from '../client/training-client.ts'
import { scoringData } from '../loss/apply-loss.ts'
import { poll, submitForFuture } from '../requests/call.ts'
import type { Notice } from '../requests/notices.ts'
import { createRateLimiter } from '../requests/rate-limiter.ts'
import { defaultTimeouts, type Timeouts, type WaitContext } from '../requests/retry-policy.ts'
import { isTinkerError, TinkerError } from '../requests/tinker-error.ts'
import { createTinkerTransport } from '../requests/transport.ts'
import { probeAdam, probeLosses, probeReduction } from './gradient-probes.ts'
import { createProbeModel, type ProbeModel } from './probe-model.ts'
import type { ProbeFinding, ProbeReport } from './probe-report.ts'
import { knownProfiles, type ServerProfile } from './server-profile.ts'

export interface ProbeServerOptions {
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** By the server's name; absent: the only one it lists. */
  readonly baseModel?: string | undefined
  readonly loraRank: number
  readonly timeouts?: Partial<Timeouts>
  readonly notify?: (notice: Notice) => void
  /** Told before each probe. */
  readonly onProbe?: (name: string, done: number, total: number) => void
}

/** Ids that every vocabulary has and that mean nothing special in those that are known. */
const promptTokens = [11, 12, 13, 14, 15, 16, 17, 18]
const sampledTokens = 12
const tolerance = 0.02

/** What a probe works with; it returns its finding and changes `profile`. */
export interface ProbeSetup {
  readonly probe: ProbeModel
  readonly sequence: TokenSequence
  profile: ServerProfile
  readonly sampling: () => SampleContext
}

/** Far more than the probes ask for at once. */
const samplesInFlight = 512

type Probe = readonly [name: string, run: (setup: ProbeSetup) => Promise<Omit<ProbeFinding, 'name'>>]

export interface ServerModels {
  readonly models: readonly { readonly name: string; readonly contextLength: number | null }[]
}

/** What the server lists. @throws TinkerError where it is not reached or is none of the protocol. */
export async function listModels(options: Pick<ProbeServerOptions, 'baseUrl' | 'apiKey'>): Promise<ServerModels> {
  const transport = createTinkerTransport(options)
  try {
    const exchange = await transport.exchange({ method: 'GET', path: '/get_server_capabilities', timeoutMs: 20_000 })
    if (exchange.kind !== 'response') {
      throw new TinkerError(`${transport.baseUrl} does not answer: ${exchange.message}`, { kind: 'unreachable' })
    }
    if (exchange.status === 401 || exchange.status === 403) {
      throw new TinkerError(`${transport.baseUrl} refuses the key (${exchange.status})`, { kind: 'authentication' })
    }
    const reply = serverCapabilitiesReply.safeParse(exchange.json)
    if (exchange.status !== 200 || !reply.success) {
      throw new TinkerError(
        `${transport.baseUrl} is no server of the Tinker protocol: get_server_capabilities was answered ${exchange.status}`,
        {
          kind: 'reply',
          hint: 'Give the address without /api/v1, e.g. http://127.0.0.1:10610.',
        },
      )
    }
    const models = reply.data.supported_models.flatMap(({ model_name: name, max_context_length: length }) =>
      name == null ? [] : [{ name, contextLength: length ?? null }],
    )
    return { models }
  } finally {
    await transport.close()
  }
}

/** @throws TinkerError where the server cannot even make a model or sample from it. */
export async function probeTrainingServer(options: ProbeServerOptions): Promise<ProbeReport> {
  const { models } = await listModels(options)
  const baseModel = chosenModel(
    options,
    models.map(({ name }) => name),
  )
  const transport = createTinkerTransport(options)
  const context: WaitContext = {
    transport,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    now: () => performance.now(),
    notify: options.notify ?? ((): void => undefined),
  }
  const lora = { rank: options.loraRank, seed: 1, train_unembed: true, train_mlp: true, train_attn: true }
  let profile: ServerProfile = {
    ...(knownProfiles['hosted'] as ServerProfile),
    server: transport.baseUrl,
    loraAlpha: null,
    clipDefaults: null,
  }
  // What the server samples takes its place; without that the other probes go on with this.
  const sequence = { prompt: promptTokens, completion: promptTokens.map((token) => token + 9) }
  const probe = createProbeModel(
    (of) => openTrainingClient(context, of, { baseModel, lora, apiKey: options.apiKey, heartbeatMs: 10_000 }),
    () => ({ context, profile, limits: defaultBatchLimits }),
    sequence,
  )
  const rateLimiter = createRateLimiter(context.now)
  const limiter = createLimiter(samplesInFlight)
  const setup: ProbeSetup = {
    probe,
    sequence,
    get profile() {
      return profile
    },
    set profile(changed) {
      profile = changed
    },
    sampling: () => ({ context, profile, rateLimiter, limiter, stopTokens: [] }),
  }
  const probes = probesOf(context, baseModel, sequence)
  const findings: ProbeFinding[] = []
  try {
    await probe.client()
    for (const [name, run] of probes) {
      options.onProbe?.(name, findings.length, probes.length)
      findings.push({ name, ...(await outcomeOf(setup, run)) })
    }
  } finally {
    await probe.close()
    await transport.close()
  }
  return { profile, findings }
}

/** What a probe cannot do is a finding; a server that is gone ends them all. */
async function outcomeOf(setup: ProbeSetup, run: Probe[1]): Promise<Omit<ProbeFinding, 'name'>> {
  try {
    return await run(setup)
  } catch (error) {
    if (isTinkerError(error, 'unreachable', 'deadline', 'authentication', 'billing')) throw error
    if (!(error instanceof TinkerError)) throw error
    return { verdict: 'failed', detail: error.message }
  }
}

function chosenModel({ baseModel, baseUrl }: ProbeServerOptions, names: readonly string[]): string {
  const listed = names.length === 0 ? 'none' : names.join(', ')
  if (baseModel !== undefined && baseModel !== '') {
    if (names.length === 0 || names.includes(baseModel)) return baseModel
    throw new TinkerError(`${baseUrl} does not list the model ${baseModel}; it lists ${listed}`, {
      kind: 'unsupported',
      hint: 'Name one of these.',
    })
  }
  if (names.length === 1) return names[0] as string
  throw new TinkerError(`${baseUrl} lists ${names.length} models: ${listed}`, {
    kind: 'unsupported',
    hint: 'Name the one to probe with --model.',
  })
}

function probesOf(context: WaitContext, baseModel: string, sequence: { completion: number[] }): readonly Probe[] {
  return [
    ['model and tokenizer', (setup) => probeModel(context, setup)],
    ['sampler log-probs', (setup) => probeSampler(setup, sequence)],
    ['wire format', probeWire],
    ['forward pass and sampler agree', probeAgreement],
    ['weights and reduction', probeReduction],
    ['losses, clip defaults, custom losses', probeLosses],
    ['base model', (setup) => probeBase(setup, baseModel)],
    ['learning, snapshots, saved state', probeLearning],
    ['Adam settings', probeAdam],
    ['repeated sequence number', (setup) => probeRetry(context, setup)],
  ]
}

async function probeModel(context: WaitContext, { probe }: ProbeSetup): Promise<Omit<ProbeFinding, 'name'>> {
  const client = await probe.client()
  const exchange = await context.transport.exchange({
    path: '/get_info',
    body: JSON.stringify({ model_id: client.modelId, type: 'get_info' }),
    timeoutMs: context.timeouts.requestTimeoutMs,
  })
  const info = exchange.kind === 'response' ? getInfoReply.safeParse(exchange.json) : null
  if (info === null || !info.success) return { verdict: 'differs', detail: 'get_info has no answer of the protocol' }
  const { model_data: data, lora_rank: rank } = info.data
  const tokenizer = data.tokenizer_id?.split(':')[0] ?? 'not told'
  return {
    verdict: 'passed',
    detail: `${data.model_name ?? 'name not told'}, tokenizer ${tokenizer}, rank ${rank ?? 'not told'}`,
  }
}

async function probeSampler(
  setup: ProbeSetup,
  sequence: { completion: number[] },
): Promise<Omit<ProbeFinding, 'name'>> {
  const { probe } = setup
  const handle = await newSampler(probe)
  const draw = async (): Promise<readonly number[]> => {
    const request = { prompt: promptTokens, count: 1, key: ['probe'] }
    const options = { maxTokens: sampledTokens, temperature: 1, topP: 1 }
    const [[completion] = []] = await drawCompletions(setup.sampling(), handle, [request], options)
    return completion?.tokens ?? []
  }
  const first = await draw()
  if (first.length === 0) return { verdict: 'failed', detail: 'an empty completion' }
  sequence.completion = [...first]
  const second = await draw()
  const hasSeeds = first.length === second.length && first.every((token, t) => token === second[t])
  setup.profile = { ...setup.profile, hasSeeds }
  return hasSeeds
    ? { verdict: 'passed', detail: 'given, and the same seed draws the same tokens' }
    : { verdict: 'differs', detail: 'given, but seeds are not kept: runs cannot be repeated' }
}

async function newSampler(probe: ProbeModel) {
  const client = await probe.client()
  const { path, samplingSessionId } = await saveForSampler(probe.operations, client, null)
  return { client, samplingSessionId: samplingSessionId ?? (await client.openSampling({ model_path: path ?? '' })) }
}

async function probeWire(setup: ProbeSetup): Promise<Omit<ProbeFinding, 'name'>> {
  const forms = [
    { requestFormat: 'protobuf', forwardBy: 'flag' },
    { requestFormat: 'json', forwardBy: 'path' },
  ] as const
  const { probe, sequence } = setup
  const taken: string[] = []
  for (const form of forms) {
    try {
      const profile = { ...setup.profile, ...form }
      const request = { data: scoringData([sequence]), lossFn: 'cross_entropy', config: {}, isForwardOnly: true }
      const client = await probe.client()
      const answer = await (await client.train(learningOperation(profile, request)))()
      const resultFormat = answer.contentType === protobufType ? 'protobuf' : 'json'
      if (taken.length === 0) setup.profile = { ...setup.profile, ...form, resultFormat }
      taken.push(`${form.requestFormat} (results ${resultFormat})`)
    } catch (error) {
      if (!isTinkerError(error, 'request', 'lost', 'server', 'reply')) throw error
    }
  }
  if (taken.length === 0) return { verdict: 'failed', detail: 'neither protobuf nor JSON is taken' }
  return { verdict: taken.length === 2 ? 'passed' : 'differs', detail: taken.join(', ') }
}

async function probeAgreement(setup: ProbeSetup): Promise<Omit<ProbeFinding, 'name'>> {
  const { probe, sequence } = setup
  const forward = await probe.forward(sequence)
  const handle = await newSampler(probe)
  const scored = await scorePrompt(setup.sampling(), handle, [...sequence.prompt, ...sequence.completion]).catch(
    (error) => {
      if (isTinkerError(error, 'request', 'server', 'reply')) return null
      throw error
    },
  )
  if (scored === null) {
    setup.profile = { ...setup.profile, hasPromptLogprobs: false }
    return { verdict: 'differs', detail: 'no prompt log-probs: snapshots cannot score, a KL term has no reference' }
  }
  const own = scored.slice(sequence.prompt.length)
  const difference = Math.max(...forward.map((value, t) => Math.abs(value - (own[t] ?? Number.NaN))))
  return {
    verdict: difference <= tolerance ? 'passed' : 'failed',
    detail: `largest difference ${difference.toExponential(1)} nats over ${forward.length} tokens (aim ${tolerance})`,
  }
}

async function probeBase(setup: ProbeSetup, baseModel: string): Promise<Omit<ProbeFinding, 'name'>> {
  const client = await setup.probe.client()
  try {
    const samplingSessionId = await client.openSampling({ base_model: baseModel })
    const request = { prompt: promptTokens, count: 1, key: ['base'] }
    await drawCompletions(setup.sampling(), { client, samplingSessionId }, [request], {
      maxTokens: 2,
      temperature: 1,
      topP: 1,
    })
    setup.profile = { ...setup.profile, hasBaseSampling: true }
    return { verdict: 'passed', detail: 'can be sampled: the reference of a KL term' }
  } catch (error) {
    if (!isTinkerError(error, 'request', 'server', 'lost', 'unsupported')) throw error
    setup.profile = { ...setup.profile, hasBaseSampling: false }
    return { verdict: 'differs', detail: 'cannot be sampled' }
  }
}

/** One step towards a completion; what a sampler made before it then gives; the state in a new model. */
async function probeLearning(setup: ProbeSetup): Promise<Omit<ProbeFinding, 'name'>> {
  const { probe, sequence } = setup
  const tokens = [...sequence.prompt, ...sequence.completion]
  const before = await probe.forward(sequence)
  const handle = setup.profile.hasPromptLogprobs ? await newSampler(probe) : null
  const scoredBefore = handle === null ? null : await scorePrompt(setup.sampling(), handle, tokens)
  let gain = 0
  for (const learningRate of [1e-4, 1e-3, 1e-2]) {
    const { operations } = probe
    const request = probe.request('cross_entropy', [{ weights: sequence.completion.map(() => 1) }])
    await (await (await probe.client()).train(learningOperation(operations.profile, request)))()
    const metrics = await probe.step({ learning_rate: learningRate, beta1: 0.9, beta2: 0.95, eps: 1e-8 })
    // What only Baton's server tells: it draws a completion from the seed as the embedded engine would.
    const isSeededSingly = setup.profile.hasSeeds && metrics[isAppliedMetric] !== undefined
    setup.profile = { ...setup.profile, isSeededSingly }
    const after = await probe.forward(sequence)
    gain = after.reduce((sum, value, t) => sum + value - (before[t] as number), 0)
    if (gain > 0.01) break
  }
  if (gain <= 0)
    return { verdict: 'failed', detail: `the log-prob of what is learned fell by ${(-gain).toPrecision(2)}` }
  const parts = [`log-prob rises by ${gain.toPrecision(2)}`]
  if (handle !== null && scoredBefore !== null) {
    if (handle.client.isBroken()) await newSampler(probe)
    else {
      // The newest weights are on the sampler too, so that a server which has only those shows it.
      await newSampler(probe)
      const scoredAfter = await scorePrompt(setup.sampling(), handle, tokens)
      const isKept = scoredAfter.every(
        (value, t) => Math.abs((value ?? 0) - (scoredBefore[t] ?? 0)) < Math.min(1e-3, gain / 20),
      )
      setup.profile = { ...setup.profile, snapshots: isKept ? 'kept' : 'latest-only' }
      parts.push(isKept ? 'old snapshots stay' : 'old snapshots sample the newest weights')
    }
  }
  const unloaded = await reload(setup, true)
  const difference = unloaded ?? (await reload(setup, false))
  if (difference === null) return { verdict: 'failed', detail: 'a saved state cannot be loaded' }
  setup.profile = { ...setup.profile, keepsSavedOfUnloaded: unloaded !== null }
  if (unloaded === null) parts.push('a model that is unloaded takes its saved states with it')
  parts.push(`a saved state gives log-probs within ${difference.toExponential(1)}`)
  if (difference > tolerance) return { verdict: 'failed', detail: parts.join('; ') }
  const isUsual = unloaded !== null && setup.profile.snapshots === 'kept'
  return { verdict: isUsual ? 'passed' : 'differs', detail: parts.join('; ') }
}

/**
 * Learns a little, saves, loads into a new model.
 * @param unloads whether the old model is unloaded first.
 * @returns how far log-probs differ; null where the state cannot be loaded.
 */
async function reload({ probe, sequence }: ProbeSetup, unloads: boolean): Promise<number | null> {
  const request = probe.request('cross_entropy', [{ weights: sequence.completion.map(() => 1) }])
  await requestLearning(probe.operations, await probe.client(), request)
  await probe.step({ learning_rate: 1e-3, eps: 1e-8 })
  const trained = await probe.forward(sequence)
  const name = `baton-probe-${Math.random().toString(36).slice(2, 10)}`
  const path = await saveWeights(probe.operations, await probe.client(), name)
  try {
    await loadWeights(probe.operations, await probe.renew(unloads), path)
  } catch (error) {
    if (!isTinkerError(error, 'lost', 'request', 'server')) throw error
    return null
  }
  const loaded = await probe.forward(sequence)
  return Math.max(...loaded.map((value, t) => Math.abs(value - (trained[t] as number))))
}

async function probeRetry(context: WaitContext, setup: ProbeSetup): Promise<Omit<ProbeFinding, 'name'>> {
  const { probe, sequence } = setup
  const client = await probe.client()
  await probe.forward(sequence)
  const request = { data: scoringData([sequence]), lossFn: 'cross_entropy', config: {}, isForwardOnly: true }
  const operation = learningOperation(setup.profile, request)
  const encoded = operation.encode(client.modelId, client.lastSequence())
  try {
    const repeated = { name: operation.name, startedAt: context.now() }
    const requestId = await submitForFuture(context, {
      ...repeated,
      path: operation.path ?? `/${operation.name}`,
      contentType: encoded.contentType ?? jsonType,
      body: encoded.body,
    })
    const result = await poll(context, requestId, repeated)
    if (result.kind === 'gone') throw result.error
    setup.profile = { ...setup.profile, isStrictSequence: false }
    return { verdict: 'passed', detail: 'taken: a lost reply costs nothing' }
  } catch (error) {
    if (!isTinkerError(error, 'sequence-conflict', 'request', 'server', 'lost')) throw error
    setup.profile = { ...setup.profile, isStrictSequence: true }
    return { verdict: 'differs', detail: 'refused: after a lost reply the model is made anew from its saved state' }
  } finally {
    client.break()
  }
}
