/** Probes of what a server samples and scores, and of the formats that it takes. */

import { isTinkerError } from '../../engines/index.ts'
import {
  drawCompletions,
  learningOperation,
  saveForSampler,
  scorePrompt,
  scoringData,
  type WaitContext,
} from '../../engines/tinker/client/index.ts'
import { getInfoReply, protobufType } from '../../tinker/index.ts'
import type { ProbeOutcome } from './probe-finding.ts'
import type { ProbeModel } from './probe-model.ts'
import { logprobTolerance, type ProbeSetup, promptTokens } from './probe-setup.ts'

const sampledTokens = 12

export async function probeModel(context: WaitContext, { probe }: ProbeSetup): Promise<ProbeOutcome> {
  const client = await probe.client()
  const exchange = await context.transport.exchange({
    path: '/get_info',
    body: JSON.stringify({ model_id: client.modelId, type: 'get_info' }),
    timeoutMs: context.timeouts.requestTimeoutMs,
  })
  const info = exchange.kind === 'response' ? getInfoReply.safeParse(exchange.json) : null
  if (info === null || !info.success) return { verdict: 'differs', detail: 'get_info has no answer of the protocol' }
  const { model_data: data, lora_rank: rank } = info.data
  const tokenizer = data.tokenizer_id?.split(':')[0] ?? 'not stated'
  return {
    verdict: 'passed',
    detail: `${data.model_name ?? 'name not stated'}, tokenizer ${tokenizer}, rank ${rank ?? 'not stated'}`,
  }
}

export async function probeSampler(setup: ProbeSetup, sequence: { completion: number[] }): Promise<ProbeOutcome> {
  const { probe } = setup
  const handle = await newSampler(probe)
  const draw = async (): Promise<readonly number[]> => {
    const request = { prompt: promptTokens, count: 1, key: ['probe'] }
    const options = { maxTokens: sampledTokens, temperature: 1, topP: 1 }
    const [[completion] = []] = await drawCompletions(setup.sampling(), handle, { requests: [request], options })
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

export async function newSampler(probe: ProbeModel) {
  const client = await probe.client()
  const { path, samplingSessionId } = await saveForSampler(probe.operations, client, { name: null })
  return { client, samplingSessionId: samplingSessionId ?? (await client.openSampling({ model_path: path ?? '' })) }
}

export async function probeWire(setup: ProbeSetup): Promise<ProbeOutcome> {
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

export async function probeAgreement(setup: ProbeSetup): Promise<ProbeOutcome> {
  const { probe, sequence } = setup
  const forward = await probe.forward(sequence)
  const handle = await newSampler(probe)
  const scored = await scorePrompt(setup.sampling(), handle, {
    tokens: [...sequence.prompt, ...sequence.completion],
  }).catch((error) => {
    if (isTinkerError(error, 'request', 'server', 'reply')) return null
    throw error
  })
  if (scored === null) {
    setup.profile = { ...setup.profile, hasPromptLogprobs: false }
    return { verdict: 'differs', detail: 'no prompt log-probs: snapshots cannot score, a KL term has no reference' }
  }
  const own = scored.slice(sequence.prompt.length)
  const difference = Math.max(...forward.map((value, t) => Math.abs(value - (own[t] ?? Number.NaN))))
  return {
    verdict: difference <= logprobTolerance ? 'passed' : 'failed',
    detail: `largest difference ${difference.toExponential(1)} nats over ${forward.length} tokens (aim ${logprobTolerance})`,
  }
}

export async function probeBase(setup: ProbeSetup, baseModel: string): Promise<ProbeOutcome> {
  const client = await setup.probe.client()
  try {
    const samplingSessionId = await client.openSampling({ base_model: baseModel })
    const request = { prompt: promptTokens, count: 1, key: ['base'] }
    await drawCompletions(
      setup.sampling(),
      { client, samplingSessionId },
      {
        requests: [request],
        options: {
          maxTokens: 2,
          temperature: 1,
          topP: 1,
        },
      },
    )
    setup.profile = { ...setup.profile, hasBaseSampling: true }
    return { verdict: 'passed', detail: 'can be sampled: the reference of a KL term' }
  } catch (error) {
    if (!isTinkerError(error, 'request', 'server', 'lost', 'unsupported')) throw error
    setup.profile = { ...setup.profile, hasBaseSampling: false }
    return { verdict: 'differs', detail: 'cannot be sampled' }
  }
}
