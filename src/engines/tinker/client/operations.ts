/** The training operations of the protocol, each as the client sends it. Every value is explicit. */

import {
  type AdamParams,
  type Datum,
  decodeForwardBackwardOutput,
  encodeForwardBackwardRequest,
  type ForwardBackwardOutput,
  forwardBackwardRequestText,
  optimStepReply,
  parseBody,
  parseForwardBackwardOutput,
  protobufType,
  saveWeightsForSamplerReply,
  saveWeightsReply,
} from '../../../tinker/index.ts'
import { reading } from '../requests/call.ts'
import type { WaitContext } from '../requests/retry-policy.ts'
import type { TinkerResponse } from '../requests/transport.ts'
import type { ServerProfile } from '../server-profile.ts'
import { type BatchLimits, mergeOutputs, splitBatch } from './batches.ts'
import type { TrainingClient, TrainingOperation } from './training-client.ts'

export interface LearningRequest {
  readonly data: readonly Datum[]
  readonly lossFn: string
  readonly config: Readonly<Record<string, number>>
  readonly isForwardOnly: boolean
}

export interface OperationContext {
  readonly context: WaitContext
  readonly profile: ServerProfile
  readonly limits: BatchLimits
}

/** Parts are submitted one after the other and their results awaited together. */
export async function requestLearning(
  { context, profile, limits }: OperationContext,
  client: TrainingClient,
  { request, signal }: { readonly request: LearningRequest; readonly signal?: AbortSignal | undefined },
): Promise<ForwardBackwardOutput> {
  const results: (() => Promise<TinkerResponse>)[] = []
  for (const data of splitBatch(request.data, limits)) {
    results.push(await client.train(learningOperation(profile, { ...request, data }), signal))
  }
  const name = request.isForwardOnly ? 'forward' : 'forward_backward'
  const answers = await Promise.all(results.map((result) => result()))
  return mergeOutputs(answers.map((answer) => reading(context, name, () => readOutput(answer))))
}

/** One request, not split. */
export function learningOperation(profile: ServerProfile, request: LearningRequest): TrainingOperation {
  const { data, lossFn, config, isForwardOnly } = request
  const isByPath = isForwardOnly && profile.forwardBy === 'path'
  const isJson = profile.requestFormat === 'json' || isByPath
  return {
    name: isForwardOnly ? 'forward' : 'forward_backward',
    path: isJson && isForwardOnly ? '/forward' : '/forward_backward',
    requestType: isForwardOnly ? 'Forward' : 'ForwardBackward',
    encode: (modelId, sequence) => {
      const body = {
        model_id: modelId,
        seq_id: sequence,
        data,
        loss_fn: lossFn,
        ...(Object.keys(config).length === 0 ? {} : { loss_fn_config: config }),
        ...(isForwardOnly ? { forward_only: true } : {}),
      }
      return isJson
        ? { body: forwardBackwardRequestText(body) }
        : { body: encodeForwardBackwardRequest(body), contentType: protobufType }
    },
  }
}

const readOutput = ({ body, json }: TinkerResponse): ForwardBackwardOutput =>
  typeof body === 'string' ? parseForwardBackwardOutput(json) : decodeForwardBackwardOutput(body)

export async function optimStep(
  { context }: OperationContext,
  client: TrainingClient,
  { adam, signal }: { readonly adam: AdamParams; readonly signal?: AbortSignal | undefined },
): Promise<Readonly<Record<string, number>>> {
  const operation = jsonOperation('optim_step', 'OptimStep', { adam_params: adam })
  const answer = await (await client.train(operation, signal))()
  return reading(context, operation.name, () => parseBody(optimStepReply, answer.json, operation.name).metrics)
}

/** @returns the path of weights and optimizer state. */
export async function saveWeights(
  { context }: OperationContext,
  client: TrainingClient,
  name: string,
): Promise<string> {
  const operation = jsonOperation('save_weights', 'SaveWeights', { path: name })
  const answer = await (await client.train(operation))()
  client.markSaved()
  return reading(context, operation.name, () => parseBody(saveWeightsReply, answer.json, operation.name).path)
}

/** @param name of a checkpoint that lasts; null makes a sampling session and nothing else. */
export async function saveForSampler(
  { context }: OperationContext,
  client: TrainingClient,
  { name, signal }: { readonly name: string | null; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly path: string | null; readonly samplingSessionId: string | null }> {
  const target = name === null ? { sampling_session_seq_id: client.nextSamplingSession() } : { path: name }
  const operation = jsonOperation('save_weights_for_sampler', 'SaveWeightsForSampler', target)
  const answer = await (await client.train(operation, signal))()
  if (name !== null) client.markSaved()
  return reading(context, operation.name, () => {
    const reply = parseBody(saveWeightsForSamplerReply, answer.json, operation.name)
    return { path: reply.path ?? null, samplingSessionId: reply.sampling_session_id ?? null }
  })
}

/** With the optimizer's state. */
export async function loadWeights(_: OperationContext, client: TrainingClient, path: string): Promise<void> {
  await (await client.train(jsonOperation('load_weights', 'LoadWeights', { path, optimizer: true })))()
}

function jsonOperation(name: string, requestType: string, fields: object): TrainingOperation {
  return {
    name,
    requestType,
    encode: (modelId, sequence) => ({
      body: JSON.stringify({ model_id: modelId, seq_id: sequence, ...fields, type: name }),
    }),
  }
}
