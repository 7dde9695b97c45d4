/** The protocol's REST side: training runs, checkpoints, sessions. Ids are part of the path. */
import { absolute, type ServeContext, timestamp } from './serve-context.ts'
import type { CheckpointRow, ModelRow } from './serve-database.ts'
import { notFound, ServeError } from './serve-error.ts'
import { jsonReply, type Routes, readJson, type ServeReply, type ServeRequest } from './tinker-routes.ts'
import { removeFolder } from './weight-folders.ts'

export const managementRoutes: Routes<ServeContext> = {
  'GET /training_runs': (request, context) => {
    const runs = context.database.models().map((model) => runView(model, context))
    return page(request, runs, 'training_runs')
  },
  'GET /training_runs/:run': (request, context) => jsonReply(runView(runOf(request, context), context)),
  'GET /training_runs/:run/checkpoints': async (request, context) => {
    const rows = await checkpointsOf(request, context)
    return jsonReply({ checkpoints: rows.map(checkpointView) })
  },
  'DELETE /training_runs/:run/checkpoints/:checkpoint{.+}': async (request, context) => {
    await remove(context, await checkpointOf(request, context))
    return { status: 204, contentType: 'application/json', body: '' }
  },
  'PUT /training_runs/:run/checkpoints/:checkpoint{.+}/ttl': async (request, context) =>
    setTimeToLive(request, context, await checkpointOf(request, context)),
  'GET /training_runs/:run/checkpoints/:checkpoint{.+}': publishesNothing,
  'POST /training_runs/:run/checkpoints/:checkpoint{.+}': publishesNothing,
  'PUT /training_runs/:run/checkpoints/:checkpoint{.+}': publishesNothing,

  'GET /checkpoints': async (request, context) =>
    page(request, (await living(context)).map(checkpointView), 'checkpoints'),
  'GET /sessions': (request, { database }) =>
    page(
      request,
      database.sessions().map(({ id }) => id),
      'sessions',
    ),
  'GET /sessions/:session': ({ params: { session = '' } }, { database }) => {
    if (!database.hasSession(session)) throw notFound(`session ${session}`)
    const models = database.models().filter((model) => model.session === session)
    return jsonReply({ training_run_ids: models.map(({ id }) => id), sampler_ids: [] })
  },
  'GET /samplers/:sampler': ({ params: { sampler = '' } }, { database }) => {
    const session = database.samplingSession(sampler)
    if (session === undefined) throw notFound(`sampling session ${sampler}`)
    return jsonReply({ sampler_id: sampler, base_model: session.baseModel, model_path: session.modelPath })
  },
}

function runOf({ params: { run = '' } }: ServeRequest, { database }: ServeContext): ModelRow {
  const model = database.model(run)
  if (model === undefined) throw notFound(`training run ${run}`)
  return model
}

async function checkpointsOf(request: ServeRequest, context: ServeContext): Promise<CheckpointRow[]> {
  const { id } = runOf(request, context)
  return (await living(context)).filter((row) => row.model === id)
}

/** The checkpoint that the path names, `weights/NAME` or `sampler_weights/NAME`; what follows the name is the action. */
async function checkpointOf(request: ServeRequest, context: ServeContext): Promise<CheckpointRow> {
  const rows = await checkpointsOf(request, context)
  const { checkpoint = '' } = request.params
  const name = checkpoint.split('/').slice(0, 2).join('/')
  const row = rows.find((candidate) => idOf(candidate) === name)
  if (row === undefined) throw notFound(`checkpoint ${name}`)
  return row
}

async function publishesNothing(request: ServeRequest, context: ServeContext): Promise<never> {
  await checkpointOf(request, context)
  throw new ServeError(501, 'this server publishes and archives nothing: checkpoints are folders on its disk')
}

function page(request: ServeRequest, items: readonly unknown[], name: string): ServeReply {
  const read = (key: string, otherwise: number): number => {
    const value = Number(request.query(key) ?? otherwise)
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
