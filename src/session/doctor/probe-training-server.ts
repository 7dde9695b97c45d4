/**
 * Conformance probes: what a server does, measured on a throw-away model. Each probe changes the profile that the next
 * ones use. Sizes of gradients are compared with each other, so that no probe depends on the model.
 */

import { isTinkerError, knownProfiles, listModels, type Notice, type ServerProfile } from '../../engines/index.ts'
import {
  createRateLimiter,
  createTinkerTransport,
  defaultBatchLimits,
  defaultTimeouts,
  openTrainingClient,
  type Timeouts,
  TinkerError,
  type WaitContext,
} from '../../engines/tinker/client/index.ts'
import { createLimiter } from '../../http/index.ts'
import { probeAdam, probeLosses, probeReduction } from './gradient-probes.ts'
import { probeLearning, probeRetry } from './learning-probes.ts'
import type { ProbeFinding, ProbeOutcome, ProbeReport } from './probe-finding.ts'
import { createProbeModel } from './probe-model.ts'
import { type ProbeSetup, promptTokens } from './probe-setup.ts'
import { probeAgreement, probeBase, probeModel, probeSampler, probeWire } from './sampling-probes.ts'

export interface ProbeServerOptions {
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** By the server's name; absent: the only one it lists. */
  readonly baseModel?: string | undefined
  readonly loraRank: number
  readonly timeouts?: Partial<Timeouts>
  readonly notify?: (notice: Notice) => void
  /** Called before each probe. */
  readonly onProbe?: (name: string, done: number, total: number) => void
}

/** Far more than the probes ask for at once. */
const samplesInFlight = 512

type Probe = readonly [name: string, run: (setup: ProbeSetup) => Promise<ProbeOutcome>]

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
async function outcomeOf(setup: ProbeSetup, run: Probe[1]): Promise<ProbeOutcome> {
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
