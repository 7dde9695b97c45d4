/** The protocol's own paths: sessions, models, training, sampling, futures. */
import { randomUUID } from 'node:crypto'
import {
  createModelRequest,
  createSamplingSessionRequest,
  createSessionRequest,
  decodeForwardBackwardRequest,
  encodeForwardBackwardOutput,
  encodeSampleResponse,
  jsonType,
  loadWeightsRequest,
  modelRequest,
  optimStepRequest,
  parseBody,
  parseForwardBackwardOutput,
  parseForwardBackwardRequest,
  protobufType,
  retrieveFutureRequest,
  sampleResponseText,
  saveWeightsForSamplerRequest,
  saveWeightsRequest,
  sessionHeartbeatRequest,
  weightsInfoRequest,
} from '../tinker/index.ts'
import type { OperationKind } from './model-operations.ts'
import type { OperationQueues } from './operation-queues.ts'
import type { Sampling } from './sampling.ts'
import { baseModelOf, modelOf, type ServeContext } from './serve-context.ts'
import type { OperationRow } from './serve-database.ts'
import { notFound, ServeError } from './serve-error.ts'

export interface ServeRequest {
  /** What is in the path where the route has `:name`, decoded. */
  readonly params: Readonly<Record<string, string>>
  query(name: string): string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}

export interface ServeReply {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array<ArrayBuffer>
}

export const jsonReply = (value: unknown, status = 200): ServeReply => ({
  status,
  contentType: jsonType,
  body: JSON.stringify(value),
})

export interface TinkerParts {
  readonly context: ServeContext
  readonly queues: OperationQueues
  readonly sampling: Sampling
  /** How long a poll waits for a result. */
  readonly holdMs: number
  readonly infoMessage: string
}

/** By method and path, such as `GET /sessions/:session`. */
export type Routes<Parts> = Readonly<Record<string, (request: ServeRequest, parts: Parts) => Reply>>
type Reply = ServeReply | Promise<ServeReply>

export function readJson({ body }: ServeRequest): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    throw new ServeError(400, 'the body is not JSON')
  }
}

export const tinkerRoutes: Routes<TinkerParts> = {
  'GET /healthz': () => jsonReply({ status: 'ok' }),

  'GET /get_server_capabilities': (_, { context }) =>
    jsonReply({
      supported_models: context.baseModels.map(({ name, room }) => ({
        model_name: name,
        max_context_length: room.engine.contextLength,
      })),
    }),

  'POST /client/config': () =>
    jsonReply({
      pjwt_auth_enabled: false,
      parallel_fwdbwd_chunks: false,
      proto_compress_fwdbwd: false,
      create_model_via_load_weights: false,
    }),

  'POST /create_session': (request, { context, infoMessage }) => {
    const body = parseBody(createSessionRequest, readJson(request), 'create_session')
    const key = idempotencyKey(request)
    const known = key === null ? undefined : context.database.sessionByKey(key)
    const id = known?.id ?? randomUUID()
    if (known === undefined) context.database.addSession({ id, idempotencyKey: key, body: JSON.stringify(body) })
    return jsonReply({ type: 'create_session', session_id: id, info_message: infoMessage })
  },

  'POST /session_heartbeat': (request, { context }) => {
    needSession(context, parseBody(sessionHeartbeatRequest, readJson(request), 'session_heartbeat').session_id)
    return jsonReply({ type: 'session_heartbeat' })
  },

  'POST /telemetry': () => jsonReply({ status: 'accepted' }),

  'POST /create_sampling_session': (request, { context, sampling }) => {
    const body = parseBody(createSamplingSessionRequest, readJson(request), 'create_sampling_session')
    needSession(context, body.session_id)
    return jsonReply({ type: 'create_sampling_session', sampling_session_id: sampling.openSession(body) })
  },

  'POST /create_model': (request, parts) => {
    const body = parseBody(createModelRequest, readJson(request), 'create_model')
    needSession(parts.context, body.session_id)
    baseModelOf(parts.context, body.base_model)
    const model = `${body.session_id}:train:${body.model_seq_id}`
    return submitted(request, parts, { model, sequence: 0, kind: 'create_model' })
  },

  'POST /get_info': (request, { context }) => {
    const model = modelOf(context, parseBody(modelRequest, readJson(request), 'get_info').model_id)
    const lora = JSON.parse(model.lora) as { rank: number }
    const base = baseModelOf(context, model.baseModel)
    return jsonReply({
      type: 'get_info',
      model_id: model.id,
      model_data: { arch: 'llama', model_name: model.baseModel, tokenizer_id: base.folder },
      is_lora: lora.rank > 0,
      lora_rank: lora.rank,
      model_name: model.baseModel,
    })
  },

  'POST /unload_model': (request, parts) => {
    const { model_id: model } = parseBody(modelRequest, readJson(request), 'unload_model')
    modelOf(parts.context, model)
    return submitted(request, parts, { model, sequence: null, kind: 'unload_model' })
  },

  'POST /forward_backward': (request, parts) => learning(request, parts, 'forward_backward'),
  'POST /forward': (request, parts) => learning(request, parts, 'forward'),
  'POST /optim_step': (request, parts) => training(request, parts, { schema: optimStepRequest, kind: 'optim_step' }),
  'POST /save_weights': (request, parts) =>
    training(request, parts, { schema: saveWeightsRequest, kind: 'save_weights' }),
  'POST /save_weights_for_sampler': (request, parts) =>
    training(request, parts, { schema: saveWeightsForSamplerRequest, kind: 'save_weights_for_sampler' }),
  'POST /load_weights': (request, parts) =>
    training(request, parts, { schema: loadWeightsRequest, kind: 'load_weights' }),

  'POST /asample': (request, { sampling }) => {
    readJson(request)
    const requestId = sampling.submit(Buffer.from(request.body).toString('utf8'), idempotencyKey(request))
    return jsonReply({ request_id: requestId })
  },

  'POST /retrieve_future': retrieve,

  'POST /weights_info': (request, { context }) => {
    const { tinker_path: path } = parseBody(weightsInfoRequest, readJson(request), 'weights_info')
    const checkpoint = context.database.checkpoint(path)
    if (checkpoint === undefined) throw notFound(path)
    const lora = JSON.parse(checkpoint.lora) as Record<string, unknown>
    const { train_unembed, train_mlp, train_attn } = lora
    const parts = { train_unembed, train_mlp, train_attn }
    return jsonReply({ base_model: checkpoint.baseModel, is_lora: true, lora_rank: lora['rank'], ...parts })
  },
}

const headerOf = ({ headers }: ServeRequest, name: string): string | null => {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

const idempotencyKey = (request: ServeRequest): string | null => headerOf(request, 'x-idempotency-key')

function needSession({ database }: ServeContext, id: string): void {
  if (!database.hasSession(id)) throw notFound(`session ${id}`)
}

const isProtobuf = (request: ServeRequest): boolean =>
  headerOf(request, 'content-type')?.startsWith(protobufType) === true

function submitted(
  request: ServeRequest,
  { queues }: TinkerParts,
  operation: { readonly model: string; readonly sequence: number | null; readonly kind: OperationKind },
): ServeReply {
  const contentType = isProtobuf(request) ? protobufType : jsonType
  const requestId = queues.submit({ ...operation, contentType, body: request.body })
  return jsonReply({ request_id: requestId, model_id: operation.model })
}

function training(
  request: ServeRequest,
  parts: TinkerParts,
  { schema, kind }: { readonly schema: Parameters<typeof parseBody>[0]; readonly kind: OperationKind },
): ServeReply {
  const body = parseBody(schema, readJson(request), kind) as { model_id: string; seq_id: number }
  modelOf(parts.context, body.model_id)
  return submitted(request, parts, { model: body.model_id, sequence: body.seq_id, kind })
}

function learning(request: ServeRequest, parts: TinkerParts, kind: 'forward' | 'forward_backward'): ServeReply {
  const body = isProtobuf(request)
    ? decodeForwardBackwardRequest(request.body)
    : parseForwardBackwardRequest(readJson(request), kind === 'forward' ? '/forward' : '/forward_backward')
  modelOf(parts.context, body.model_id)
  return submitted(request, parts, { model: body.model_id, sequence: body.seq_id, kind })
}

async function retrieve(request: ServeRequest, parts: TinkerParts): Promise<ServeReply> {
  const { request_id: id } = parseBody(retrieveFutureRequest, readJson(request), 'retrieve_future')
  const { context, queues, sampling, holdMs } = parts
  const wantsProtobuf = headerOf(request, 'accept')?.includes(protobufType) === true
  const sample = sampling.outcome(id)
  if (sample !== null) {
    const outcome = await Promise.race([sample, later(holdMs)])
    if (outcome === null) return pending(id, 'sampling')
    if ('failure' in outcome) return jsonReply(outcome.failure)
    return wantsProtobuf
      ? { status: 200, contentType: protobufType, body: encodeSampleResponse(outcome.response) }
      : { status: 200, contentType: jsonType, body: sampleResponseText(outcome.response) }
  }
  await queues.settled(id, holdMs)
  const operation = context.database.operation(id)
  if (operation === undefined) throw notFound(`request ${id}`)
  if (operation.status === 'pending') return pending(id, queues.reasonToWait(operation))
  if (operation.result === null) throw new ServeError(410, `the result of ${id} is no longer kept`)
  if (operation.status === 'failed') return jsonReply(JSON.parse(operation.result))
  return doneReply(operation.kind, operation.result, wantsProtobuf)
}

function doneReply(kind: OperationRow['kind'], result: string, wantsProtobuf: boolean): ServeReply {
  const isLearning = kind === 'forward_backward' || kind === 'forward'
  if (!isLearning || !wantsProtobuf) return { status: 200, contentType: jsonType, body: result }
  const body = encodeForwardBackwardOutput(parseForwardBackwardOutput(JSON.parse(result)))
  return { status: 200, contentType: protobufType, body }
}

function pending(id: string, reason: string): ServeReply {
  return jsonReply({ type: 'try_again', request_id: id, queue_state: 'active', queue_state_reason: reason })
}

const later = (ms: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(null), ms).unref()
  })
