/**
 * The operations on a model, each run once the one before it is done. Whatever changes weights writes them into a folder
 * of their own before it counts; saving and sampling then only copy or name a folder.
 */
import { join } from 'node:path'
import {
  createModelRequest,
  decodeForwardBackwardRequest,
  type ForwardBackwardRequest,
  forwardBackwardOutputText,
  gradNormMetric,
  isAppliedMetric,
  loadWeightsRequest,
  optimStepRequest,
  parseBody,
  parseForwardBackwardRequest,
  protobufType,
  saveWeightsForSamplerRequest,
  saveWeightsRequest,
  stepMetric,
} from '../tinker/index.ts'
import { runLearning } from './learning-step.ts'
import { absolute, baseModelOf, folderName, modelOf, type ServeContext, timestamp } from './serve-context.ts'
import type { ModelRow, OperationRow } from './serve-database.ts'
import { notFound, ServeError } from './serve-error.ts'
import type { Trainer } from './trainers.ts'
import { copyWeights, dropOptimizer, fillFolder, removeFolder, weightBytes } from './weight-folders.ts'

export type OperationKind =
  | 'create_model'
  | 'forward'
  | 'forward_backward'
  | 'optim_step'
  | 'save_weights'
  | 'save_weights_for_sampler'
  | 'load_weights'
  | 'unload_model'

/** Sampling sessions of the newest weights that a model keeps; older ones end. */
const keptSnapshots = 32
/** Operations whose results are kept for a client that asks again. */
const keptResults = 64

/** @returns the result as JSON text. */
export async function runOperation(context: ServeContext, operation: OperationRow): Promise<string> {
  const body = operation.body ?? new Uint8Array(0)
  const json = (): unknown => JSON.parse(Buffer.from(body).toString('utf8'))
  const { model, kind, sequence } = operation
  switch (kind as OperationKind) {
    case 'create_model':
      return createModel(context, model, json())
    case 'forward':
    case 'forward_backward': {
      const request = readLearningRequest(operation)
      const output = await withTrainer(context, {
        id: model,
        sequence,
        work: async (trainer) => {
          const learned = await runLearning(trainer.engine, request)
          if (request.forward_only !== true) trainer.hasGradients = true
          return learned
        },
      })
      return forwardBackwardOutputText(output)
    }
    case 'optim_step':
      return optimStep(context, operation, json())
    case 'save_weights':
      return saveWeights(context, modelOf(context, model), json())
    case 'save_weights_for_sampler':
      return saveForSampler(context, modelOf(context, model), json())
    case 'load_weights':
      return loadWeights(context, operation, json())
    case 'unload_model':
      await unloadModel(context, model)
      return JSON.stringify({ model_id: model, type: 'unload_model' })
    default:
      throw new Error(`there is no operation ${kind}`)
  }
}

export function readLearningRequest({ body, contentType, kind }: OperationRow): ForwardBackwardRequest {
  if (body === null) throw new Error('the data of this request are no longer stored')
  if (contentType === protobufType) return decodeForwardBackwardRequest(body)
  return parseForwardBackwardRequest(
    JSON.parse(Buffer.from(body).toString('utf8')),
    kind === 'forward' ? '/forward' : '/forward_backward',
  )
}

const weightsFolder = (model: string, sequence: number): string =>
  join('models', folderName(model), `state-${sequence}`)

async function createModel(context: ServeContext, id: string, json: unknown): Promise<string> {
  const request = parseBody(createModelRequest, json, 'create_model')
  const base = baseModelOf(context, request.base_model)
  const weights = weightsFolder(id, 0)
  await copyWeights(base.folder, absolute(context, weights), false)
  if (context.database.model(id) === undefined) {
    context.database.addModel({
      id,
      session: request.session_id,
      baseModel: base.name,
      lora: JSON.stringify(request.lora_config),
      metadata: JSON.stringify(request.user_metadata ?? null),
      stateSequence: 0,
      weights,
      isOpen: 1,
      createdAt: timestamp(context),
      usedAt: timestamp(context),
    })
  }
  return JSON.stringify({ model_id: id, type: 'create_model' })
}

/** The engine of a model as it was before the operation with this sequence number. */
function withTrainer<T>(
  context: ServeContext,
  {
    id,
    sequence,
    work,
  }: { readonly id: string; readonly sequence: number; readonly work: (trainer: Trainer) => Promise<T> },
): Promise<T> {
  const model = modelOf(context, id)
  if (model.isOpen === 0) throw new ServeError(404, `model ${id} was unloaded`)
  const replay = async (trainer: Trainer): Promise<void> => {
    const since = context.database.operationsAfter(id, model.stateSequence)
    for (const operation of since.filter((earlier) => earlier.sequence < sequence)) {
      if (operation.kind !== 'forward_backward' || operation.status !== 'done') continue
      const request = readLearningRequest(operation)
      if (request.forward_only === true) continue
      await runLearning(trainer.engine, request)
      trainer.hasGradients = true
    }
  }
  return context.trainers.use(id, absolute(context, model.weights), replay, work)
}

async function optimStep(context: ServeContext, operation: OperationRow, json: unknown): Promise<string> {
  const { model: id, sequence } = operation
  const { adam_params: adam } = parseBody(optimStepRequest, json, 'optim_step')
  const weights = weightsFolder(id, sequence)
  const step = await withTrainer(context, {
    id,
    sequence,
    work: async (trainer) => {
      try {
        if (!trainer.hasGradients) await trainer.engine.addWeightedGradients([], [])
        trainer.hasGradients = false
        const result = await trainer.engine.optimStep({
          learningRate: adam.learning_rate,
          beta1: adam.beta1,
          beta2: adam.beta2,
          epsilon: adam.eps,
          weightDecay: adam.weight_decay,
          maxGradNorm: adam.grad_clip_norm === 0 ? Number.POSITIVE_INFINITY : adam.grad_clip_norm,
        })
        await fillFolder(absolute(context, weights), (folder) => trainer.engine.save(folder))
        const snapshot = await trainer.engine.snapshot()
        await snapshot.close()
        return { ...result, steps: snapshot.version }
      } catch (error) {
        // Weights in memory and on disk may differ now: the engine is reopened from the disk.
        await context.trainers.drop(id)
        throw error
      }
    },
  })
  // JSON has no word for a norm that is not finite.
  const gradNorm = Number.isFinite(step.gradNorm) ? step.gradNorm : -1
  const metrics = { [gradNormMetric]: gradNorm, [isAppliedMetric]: step.isApplied ? 1 : 0, [stepMetric]: step.steps }
  const result = JSON.stringify({ metrics, type: 'optim_step' })
  await moveTo(context, operation, { weights, result })
  return result
}

/** The operation is done and the model's newest weights are these; those before go, unless somebody samples them. */
async function moveTo(
  context: ServeContext,
  operation: OperationRow,
  { weights, result }: { readonly weights: string; readonly result: string },
): Promise<void> {
  const { database } = context
  const { model: id, sequence, requestId } = operation
  const before = modelOf(context, id)
  database.transaction(() => {
    database.finishOperation(requestId, 'done', result)
    database.moveModel(id, sequence, weights)
    database.touchModel(id, timestamp(context))
    database.forgetOperations(id, sequence, sequence - keptResults)
  })
  if (before.weights === weights) return
  if (database.isUsedBySampling(before.weights)) await dropOptimizer(absolute(context, before.weights))
  else await removeFolder(absolute(context, before.weights))
}

async function saveWeights(context: ServeContext, model: ModelRow, json: unknown): Promise<string> {
  const request = parseBody(saveWeightsRequest, json, 'save_weights')
  const path = `tinker://${model.id}/weights/${request.path}`
  if (context.database.checkpoint(path) !== undefined && !request.overwrite) {
    throw new ServeError(409, `checkpoint ${path} already exists; save with overwrite or under another name`)
  }
  await keepCheckpoint(context, model, {
    path,
    kind: 'training',
    name: request.path,
    seconds: request.ttl_seconds ?? null,
  })
  return JSON.stringify({ path, type: 'save_weights' })
}

async function saveForSampler(context: ServeContext, model: ModelRow, json: unknown): Promise<string> {
  const request = parseBody(saveWeightsForSamplerRequest, json, 'save_weights_for_sampler')
  const { database } = context
  if (request.path != null) {
    const path = `tinker://${model.id}/sampler_weights/${request.path}`
    await keepCheckpoint(context, model, {
      path,
      kind: 'sampler',
      name: request.path,
      seconds: request.ttl_seconds ?? null,
    })
    return JSON.stringify({ path, sampling_session_id: null, type: 'save_weights_for_sampler' })
  }
  const sequence = request.sampling_session_seq_id
  if (sequence == null) throw new ServeError(400, 'save_weights_for_sampler needs a path or a sampling_session_seq_id')
  const known = database.samplingSessionAt(model.session, sequence)
  const id = known?.id ?? `${model.session}:sample:${sequence}`
  if (known === undefined) {
    const { baseModel, weights } = model
    const session = { id, session: model.session, sequence, baseModel, modelPath: null, weights }
    database.addSamplingSession({ ...session, model: model.id, isEphemeral: 1 })
    await endOldSessions(context, model)
  }
  return JSON.stringify({ path: null, sampling_session_id: id, type: 'save_weights_for_sampler' })
}

async function endOldSessions(context: ServeContext, model: ModelRow): Promise<void> {
  const { database } = context
  for (const old of database.ephemeralSessions(model.id).slice(0, -keptSnapshots)) {
    database.removeSamplingSession(old.id)
    if (old.weights === null || old.weights === model.weights || database.isUsedBySampling(old.weights)) continue
    await removeFolder(absolute(context, old.weights))
  }
}

interface NewCheckpoint {
  readonly path: string
  readonly kind: 'training' | 'sampler'
  readonly name: string
  readonly seconds: number | null
}

async function keepCheckpoint(
  context: ServeContext,
  model: ModelRow,
  { path, kind, name, seconds }: NewCheckpoint,
): Promise<void> {
  const weights = join('checkpoints', folderName(model.id), kind, name)
  const folder = absolute(context, weights)
  await copyWeights(absolute(context, model.weights), folder, kind === 'training')
  const { baseModel, lora } = model
  const expiresAt = seconds === null ? null : new Date(context.now() + seconds * 1000).toISOString()
  const createdAt = timestamp(context)
  const sizeBytes = await weightBytes(folder)
  const row = { path, model: model.id, kind, name, weights, baseModel, lora, createdAt, sizeBytes, expiresAt }
  context.database.transaction(() => context.database.putCheckpoint(row))
}

async function loadWeights(context: ServeContext, operation: OperationRow, json: unknown): Promise<string> {
  const { model: id, sequence } = operation
  const request = parseBody(loadWeightsRequest, json, 'load_weights')
  const checkpoint = context.database.checkpoint(request.path)
  if (checkpoint === undefined || checkpoint.kind !== 'training') throw notFound(`checkpoint ${request.path}`)
  const model = modelOf(context, id)
  if (checkpoint.baseModel !== model.baseModel) {
    throw new ServeError(400, `${request.path} is of ${checkpoint.baseModel}, the model of ${model.baseModel}`)
  }
  const weights = weightsFolder(id, sequence)
  await copyWeights(absolute(context, checkpoint.weights), absolute(context, weights), request.optimizer)
  await context.trainers.drop(id)
  const result = JSON.stringify({ path: request.path, model_id: id, type: 'load_weights' })
  await moveTo(context, operation, { weights, result })
  return result
}

async function unloadModel(context: ServeContext, id: string): Promise<void> {
  modelOf(context, id)
  await context.trainers.drop(id)
  context.database.closeModel(id)
}
