/** The protocol's REST side: training runs, checkpoints, sessions. Ids are part of the path. */
import { absolute, type ServeContext, timestamp } from './serve-context.ts'
import type { CheckpointRow, ModelRow } from './serve-database.ts'
import { notFound, ServeError } from './serve-error.ts'
import { jsonReply, readJson, type ServeReply, type ServeRequest } from './tinker-routes.ts'
import { removeFolder } from './weight-folders.ts'

/** @returns null where the path is none of these. */
export async function managementReply(request: ServeRequest, context: ServeContext): Promise<ServeReply | null> {
  const parts = request.path.split('/').slice(1).map(decoded)
  const [area, id, ...rest] = parts
  if (request.method === 'GET' && id === undefined) {
    if (area === 'training_runs') {
      return page(
        request,
        context.database.models().map((model) => runView(model, context)),
        'training_runs',
      )
    }
    if (area === 'checkpoints') return page(request, (await living(context)).map(checkpointView), 'checkpoints')
    if (area === 'sessions')
      return page(
        request,
        context.database.sessions().map((session) => session.id),
        'sessions',
      )
  }
  if (id === undefined) return null
  if (area === 'sessions' && request.method === 'GET' && rest.length === 0) return sessionView(context, id)
  if (area === 'samplers' && request.method === 'GET' && rest.length === 0) return samplerView(context, id)
  if (area !== 'training_runs') return null
  const model = context.database.model(id)
  if (model === undefined) throw notFound(`training run ${id}`)
  if (rest.length === 0 && request.method === 'GET') return jsonReply(runView(model, context))
  if (rest[0] !== 'checkpoints') return null
  const ofRun = (await living(context)).filter((row) => row.model === id)
  if (rest.length === 1 && request.method === 'GET') return jsonReply({ checkpoints: ofRun.map(checkpointView) })
  const name = rest[1] === 'weights' || rest[1] === 'sampler_weights' ? `${rest[1]}/${rest[2]}` : `${rest[1]}`
  const row = ofRun.find((candidate) => idOf(candidate) === name)
  if (row === undefined) throw notFound(`checkpoint ${name}`)
  if (request.method === 'DELETE') {
    await remove(context, row)
    return { status: 204, contentType: 'application/json', body: '' }
  }
  if (request.method === 'PUT' && rest.at(-1) === 'ttl') return setTimeToLive(request, context, row)
  throw new ServeError(501, 'this server publishes and archives nothing: checkpoints are folders on its disk')
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ServeError(400, 'the path is not encoded properly')
  }
}

function page(request: ServeRequest, items: readonly unknown[], name: string): ServeReply {
  const read = (key: string, otherwise: number): number => {
    const value = Number(request.query.get(key) ?? otherwise)
    return Number.isInteger(value) && value >= 0 ? value : otherwise
  }
  const [offset, limit] = [read('offset', 0), read('limit', 20)]
  return jsonReply({
    [name]: items.slice(offset, offset + limit),
    cursor: { offset, limit, total_count: items.length },
  })
}

const idOf = ({ kind, name }: CheckpointRow): string => `${kind === 'training' ? 'weights' : 'sampler_weights'}/${name}`

function checkpointView(row: CheckpointRow) {
  return {
    checkpoint_id: idOf(row),
    checkpoint_type: row.kind,
    time: row.createdAt,
    tinker_path: row.path,
    size_bytes: row.sizeBytes,
    public: false,
    expires_at: row.expiresAt,
  }
}

function runView(model: ModelRow, { database }: ServeContext) {
  const lora = JSON.parse(model.lora) as { rank: number }
  const last = (kind: CheckpointRow['kind']) => {
    const row = database.checkpoints().findLast((candidate) => candidate.model === model.id && candidate.kind === kind)
    return row === undefined ? null : checkpointView(row)
  }
  return {
    training_run_id: model.id,
    base_model: model.baseModel,
    model_owner: 'local',
    is_lora: lora.rank > 0,
    lora_rank: lora.rank,
    corrupted: false,
    last_request_time: model.usedAt,
    last_checkpoint: last('training'),
    last_sampler_checkpoint: last('sampler'),
    user_metadata: JSON.parse(model.metadata),
  }
}

function sessionView({ database }: ServeContext, id: string): ServeReply {
  if (!database.hasSession(id)) throw notFound(`session ${id}`)
  const models = database.models().filter((model) => model.session === id)
  return jsonReply({ training_run_ids: models.map((model) => model.id), sampler_ids: [] })
}

function samplerView({ database }: ServeContext, id: string): ServeReply {
  const session = database.samplingSession(id)
  if (session === undefined) throw notFound(`sampling session ${id}`)
  return jsonReply({ sampler_id: id, base_model: session.baseModel, model_path: session.modelPath })
}

/** Checkpoints whose time is not over; the others go now. */
export async function living(context: ServeContext): Promise<CheckpointRow[]> {
  const rows: CheckpointRow[] = []
  for (const row of context.database.checkpoints()) {
    if (row.expiresAt === null || row.expiresAt > timestamp(context)) rows.push(row)
    else await remove(context, row)
  }
  return rows
}

async function remove(context: ServeContext, row: CheckpointRow): Promise<void> {
  context.database.removeCheckpoint(row.path)
  if (!context.database.isUsedBySampling(row.weights)) await removeFolder(absolute(context, row.weights))
}

function setTimeToLive(request: ServeRequest, context: ServeContext, row: CheckpointRow): ServeReply {
  const { ttl_seconds: seconds } = (readJson(request) ?? {}) as { ttl_seconds?: unknown }
  if (seconds !== null && !(typeof seconds === 'number' && seconds > 0)) {
    throw new ServeError(400, 'ttl_seconds must be a number above 0, or null')
  }
  const expiresAt = seconds === null ? null : new Date(context.now() + (seconds as number) * 1000).toISOString()
  context.database.setExpiry(row.path, expiresAt)
  return jsonReply({ ...checkpointView(row), expires_at: expiresAt })
}
