/**
 * Conformance probes: what a server does, measured on a throw-away model. Each probe changes the profile that the next
 * ones use. Sizes of gradients are compared with each other, so that no probe depends on the model.
 */
import type { TokenSequence } from '../../policy-engine.ts'
import { poll, submitForFuture } from '../http/call.ts'
import { createDispatchGate } from '../http/dispatch-gate.ts'
import type { Notice } from '../http/notices.ts'
import { defaultPatience, type Patience, type WaitContext } from '../http/patience.ts'
import { isTinkerError, TinkerError } from '../http/tinker-error.ts'
import { createTransport } from '../http/transport.ts'
import { defaultBatchLimits } from '../link/batches.ts'
import { openLink } from '../link/link.ts'
import { learn, learningOperation, loadWeights, saveForSampler, saveWeights } from '../link/operations.ts'
import { drawCompletions, type SampleContext, scorePrompt } from '../link/samples.ts'
import { scoringData } from '../loss/apply-loss.ts'
import { getInfoReply, isAppliedMetric, jsonType, protobufType, serverCapabilitiesReply } from '../wire/index.ts'
import { probeAdam, probeLosses, probeReduction } from './gradient-probes.ts'
import { createLaboratory, type Laboratory } from './laboratory.ts'
import type { Finding, ProbeReport } from './probe-report.ts'
import { knownProfiles, type ServerProfile } from './server-profile.ts'

export interface ProbeServerOptions {
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** By the server's name; absent: the only one it lists. */
  readonly baseModel?: string | undefined
  readonly loraRank: number
  readonly patience?: Partial<Patience>
  readonly notify?: (notice: Notice) => void
  /** Told before each probe. */
  readonly onProbe?: (name: string, done: number, total: number) => void
}

/** Ids that every vocabulary has and that mean nothing special in those that are known. */
const promptTokens = [11, 12, 13, 14, 15, 16, 17, 18]
const sampledTokens = 12
const tolerance = 0.02

/** What a probe works with; it returns its finding and changes `profile`. */
export interface Bench {
  readonly laboratory: Laboratory
  readonly sequence: TokenSequence
  profile: ServerProfile
  readonly sampling: () => SampleContext
}

type Probe = readonly [name: string, run: (bench: Bench) => Promise<Omit<Finding, 'name'>>]

export interface ServerModels {
  readonly models: readonly { readonly name: string; readonly contextLength: number | null }[]
}

/** What the server lists. @throws TinkerError where it is not reached or is none of the protocol. */
export async function listModels(options: Pick<ProbeServerOptions, 'baseUrl' | 'apiKey'>): Promise<ServerModels> {
  const transport = createTransport(options)
  try {
    const exchange = await transport.exchange({ method: 'GET', path: '/get_server_capabilities', timeoutMs: 20_000 })
    if (exchange.kind === 'no-answer') {
      throw new TinkerError(`${transport.baseUrl} does not answer (${exchange.reason})`, {
        kind: 'unreachable',
        cause: exchange.cause,
      })
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
  const transport = createTransport(options)
  const context: WaitContext = {
    transport,
    patience: { ...defaultPatience, ...options.patience },
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
  const laboratory = createLaboratory(
    (of) => openLink(context, of, { baseModel, lora, apiKey: options.apiKey, heartbeatMs: 10_000 }),
    () => ({ context, profile, limits: defaultBatchLimits }),
    sequence,
  )
  const gate = createDispatchGate(context.now)
  const bench: Bench = {
    laboratory,
    sequence,
    get profile() {
      return profile
    },
    set profile(changed) {
      profile = changed
    },
    sampling: () => ({ context, profile, gate, limit: (task) => task(), stopTokens: [] }),
  }
  const probes = probesOf(context, baseModel, sequence)
  const findings: Finding[] = []
  try {
    await laboratory.link()
    for (const [name, run] of probes) {
      options.onProbe?.(name, findings.length, probes.length)
      findings.push({ name, ...(await outcomeOf(bench, run)) })
    }
  } finally {
    await laboratory.close()
    await transport.close()
  }
  return { profile, findings }
}

/** What a probe cannot do is a finding; a server that is gone ends them all. */
async function outcomeOf(bench: Bench, run: Probe[1]): Promise<Omit<Finding, 'name'>> {
  try {
    return await run(bench)
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
    ['model and tokenizer', (bench) => probeModel(context, bench)],
    ['sampler log-probs', (bench) => probeSampler(bench, sequence)],
    ['wire format', probeWire],
    ['forward pass and sampler agree', probeAgreement],
    ['weights and reduction', probeReduction],
    ['losses, clip defaults, custom losses', probeLosses],
    ['base model', (bench) => probeBase(bench, baseModel)],
    ['learning, snapshots, saved state', probeLearning],
    ['Adam settings', probeAdam],
    ['repeated sequence number', (bench) => probeRetry(context, bench)],
  ]
}

async function probeModel(context: WaitContext, { laboratory }: Bench): Promise<Omit<Finding, 'name'>> {
  const link = await laboratory.link()
  const exchange = await context.transport.exchange({
    path: '/get_info',
    body: JSON.stringify({ model_id: link.modelId, type: 'get_info' }),
    timeoutMs: context.patience.requestTimeoutMs,
  })
  const info = exchange.kind === 'answer' ? getInfoReply.safeParse(exchange.json) : null
  if (info === null || !info.success) return { verdict: 'differs', detail: 'get_info has no answer of the protocol' }
  const { model_data: data, lora_rank: rank } = info.data
  const tokenizer = data.tokenizer_id?.split(':')[0] ?? 'not told'
  return {
    verdict: 'passed',
    detail: `${data.model_name ?? 'name not told'}, tokenizer ${tokenizer}, rank ${rank ?? 'not told'}`,
  }
}

async function probeSampler(bench: Bench, sequence: { completion: number[] }): Promise<Omit<Finding, 'name'>> {
  const { laboratory } = bench
  const handle = await newSampler(laboratory)
  const draw = async (): Promise<readonly number[]> => {
    const request = { prompt: promptTokens, count: 1, key: ['probe'] }
    const options = { maxTokens: sampledTokens, temperature: 1, topP: 1 }
    const [[completion] = []] = await drawCompletions(bench.sampling(), handle, [request], options)
    return completion?.tokens ?? []
  }
  const first = await draw()
  if (first.length === 0) return { verdict: 'failed', detail: 'an empty completion' }
  sequence.completion = [...first]
  const second = await draw()
  const hasSeeds = first.length === second.length && first.every((token, t) => token === second[t])
  bench.profile = { ...bench.profile, hasSeeds }
  return hasSeeds
    ? { verdict: 'passed', detail: 'given, and the same seed draws the same tokens' }
    : { verdict: 'differs', detail: 'given, but seeds are not kept: runs cannot be repeated' }
}

async function newSampler(laboratory: Laboratory) {
  const link = await laboratory.link()
  const { path, samplingSessionId } = await saveForSampler(laboratory.operations, link, null)
  return { link, samplingSessionId: samplingSessionId ?? (await link.openSampling({ model_path: path ?? '' })) }
}

async function probeWire(bench: Bench): Promise<Omit<Finding, 'name'>> {
  const forms = [
    { requestFormat: 'protobuf', forwardBy: 'flag' },
    { requestFormat: 'json', forwardBy: 'path' },
  ] as const
  const { laboratory, sequence } = bench
  const taken: string[] = []
  for (const form of forms) {
    try {
      const profile = { ...bench.profile, ...form }
      const request = { data: scoringData([sequence]), lossFn: 'cross_entropy', config: {}, isForwardOnly: true }
      const link = await laboratory.link()
      const answer = await (await link.train(learningOperation(profile, request)))()
      const resultFormat = answer.contentType === protobufType ? 'protobuf' : 'json'
      if (taken.length === 0) bench.profile = { ...bench.profile, ...form, resultFormat }
      taken.push(`${form.requestFormat} (results ${resultFormat})`)
    } catch (error) {
      if (!isTinkerError(error, 'request', 'lost', 'server', 'reply')) throw error
    }
  }
  if (taken.length === 0) return { verdict: 'failed', detail: 'neither protobuf nor JSON is taken' }
  return { verdict: taken.length === 2 ? 'passed' : 'differs', detail: taken.join(', ') }
}

async function probeAgreement(bench: Bench): Promise<Omit<Finding, 'name'>> {
  const { laboratory, sequence } = bench
  const forward = await laboratory.forward(sequence)
  const handle = await newSampler(laboratory)
  const scored = await scorePrompt(bench.sampling(), handle, [...sequence.prompt, ...sequence.completion]).catch(
    (error) => {
      if (isTinkerError(error, 'request', 'server', 'reply')) return null
      throw error
    },
  )
  if (scored === null) {
    bench.profile = { ...bench.profile, hasPromptLogprobs: false }
    return { verdict: 'differs', detail: 'no prompt log-probs: snapshots cannot score, a KL term has no reference' }
  }
  const own = scored.slice(sequence.prompt.length)
  const difference = Math.max(...forward.map((value, t) => Math.abs(value - (own[t] ?? Number.NaN))))
  return {
    verdict: difference <= tolerance ? 'passed' : 'failed',
    detail: `largest difference ${difference.toExponential(1)} nats over ${forward.length} tokens (aim ${tolerance})`,
  }
}

async function probeBase(bench: Bench, baseModel: string): Promise<Omit<Finding, 'name'>> {
  const link = await bench.laboratory.link()
  try {
    const samplingSessionId = await link.openSampling({ base_model: baseModel })
    const request = { prompt: promptTokens, count: 1, key: ['base'] }
    await drawCompletions(bench.sampling(), { link, samplingSessionId }, [request], {
      maxTokens: 2,
      temperature: 1,
      topP: 1,
    })
    bench.profile = { ...bench.profile, hasBaseSampling: true }
    return { verdict: 'passed', detail: 'can be sampled: the reference of a KL term' }
  } catch (error) {
    if (!isTinkerError(error, 'request', 'server', 'lost', 'unsupported')) throw error
    bench.profile = { ...bench.profile, hasBaseSampling: false }
    return { verdict: 'differs', detail: 'cannot be sampled' }
  }
}

/** One step towards a completion; what a sampler made before it then gives; the state in a new model. */
async function probeLearning(bench: Bench): Promise<Omit<Finding, 'name'>> {
  const { laboratory, sequence } = bench
  const tokens = [...sequence.prompt, ...sequence.completion]
  const before = await laboratory.forward(sequence)
  const handle = bench.profile.hasPromptLogprobs ? await newSampler(laboratory) : null
  const scoredBefore = handle === null ? null : await scorePrompt(bench.sampling(), handle, tokens)
  let gain = 0
  for (const learningRate of [1e-4, 1e-3, 1e-2]) {
    const { operations } = laboratory
    const request = laboratory.request('cross_entropy', [{ weights: sequence.completion.map(() => 1) }])
    await (await (await laboratory.link()).train(learningOperation(operations.profile, request)))()
    const metrics = await laboratory.step({ learning_rate: learningRate, beta1: 0.9, beta2: 0.95, eps: 1e-8 })
    // What only Baton's server tells: it draws a completion from the seed as the embedded engine would.
    const isSeededSingly = bench.profile.hasSeeds && metrics[isAppliedMetric] !== undefined
    bench.profile = { ...bench.profile, isSeededSingly }
    const after = await laboratory.forward(sequence)
    gain = after.reduce((sum, value, t) => sum + value - (before[t] as number), 0)
    if (gain > 0.01) break
  }
  if (gain <= 0)
    return { verdict: 'failed', detail: `the log-prob of what is learned fell by ${(-gain).toPrecision(2)}` }
  const parts = [`log-prob rises by ${gain.toPrecision(2)}`]
  if (handle !== null && scoredBefore !== null) {
    if (handle.link.isBroken()) await newSampler(laboratory)
    else {
      // The newest weights are on the sampler too, so that a server which has only those shows it.
      await newSampler(laboratory)
      const scoredAfter = await scorePrompt(bench.sampling(), handle, tokens)
      const isKept = scoredAfter.every(
        (value, t) => Math.abs((value ?? 0) - (scoredBefore[t] ?? 0)) < Math.min(1e-3, gain / 20),
      )
      bench.profile = { ...bench.profile, snapshots: isKept ? 'kept' : 'latest-only' }
      parts.push(isKept ? 'old snapshots stay' : 'old snapshots sample the newest weights')
    }
  }
  const unloaded = await reload(bench, true)
  const difference = unloaded ?? (await reload(bench, false))
  if (difference === null) return { verdict: 'failed', detail: 'a saved state cannot be loaded' }
  bench.profile = { ...bench.profile, keepsSavedOfUnloaded: unloaded !== null }
  if (unloaded === null) parts.push('a model that is unloaded takes its saved states with it')
  parts.push(`a saved state gives log-probs within ${difference.toExponential(1)}`)
  if (difference > tolerance) return { verdict: 'failed', detail: parts.join('; ') }
  const isUsual = unloaded !== null && bench.profile.snapshots === 'kept'
  return { verdict: isUsual ? 'passed' : 'differs', detail: parts.join('; ') }
}

/**
 * Learns a little, saves, loads into a new model.
 * @param unloads whether the old model is unloaded first.
 * @returns how far log-probs differ; null where the state cannot be loaded.
 */
async function reload({ laboratory, sequence }: Bench, unloads: boolean): Promise<number | null> {
  const request = laboratory.request('cross_entropy', [{ weights: sequence.completion.map(() => 1) }])
  await learn(laboratory.operations, await laboratory.link(), request)
  await laboratory.step({ learning_rate: 1e-3, eps: 1e-8 })
  const trained = await laboratory.forward(sequence)
  const name = `baton-probe-${Math.random().toString(36).slice(2, 10)}`
  const path = await saveWeights(laboratory.operations, await laboratory.link(), name)
  try {
    await loadWeights(laboratory.operations, await laboratory.renew(unloads), path)
  } catch (error) {
    if (!isTinkerError(error, 'lost', 'request', 'server')) throw error
    return null
  }
  const loaded = await laboratory.forward(sequence)
  return Math.max(...loaded.map((value, t) => Math.abs(value - (trained[t] as number))))
}

async function probeRetry(context: WaitContext, bench: Bench): Promise<Omit<Finding, 'name'>> {
  const { laboratory, sequence } = bench
  const link = await laboratory.link()
  await laboratory.forward(sequence)
  const request = { data: scoringData([sequence]), lossFn: 'cross_entropy', config: {}, isForwardOnly: true }
  const operation = learningOperation(bench.profile, request)
  const encoded = operation.encode(link.modelId, link.lastSequence())
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
    bench.profile = { ...bench.profile, isStrictSequence: false }
    return { verdict: 'passed', detail: 'taken: a lost reply costs nothing' }
  } catch (error) {
    if (!isTinkerError(error, 'sequence-conflict', 'request', 'server', 'lost')) throw error
    bench.profile = { ...bench.profile, isStrictSequence: true }
    return { verdict: 'differs', detail: 'refused: after a lost reply the model is made anew from its saved state' }
  } finally {
    link.break()
  }
}
