/**
 * What the server must not forget, in one SQLite file: sessions, models, operations with their results, sampling
 * sessions, samples asked for, checkpoints. An operation is written down before it is promised, so that a server that
 * was killed continues where its clients are. Weights are in folders beside it.
 */
import { DatabaseSync } from 'node:sqlite'
import { BatonError } from '../core/failure.ts'
import { notWritable } from '../runs/index.ts'

export interface ModelRow {
  readonly id: string
  readonly session: string
  readonly baseModel: string
  /** The `lora_config` asked for, as JSON. */
  readonly lora: string
  readonly metadata: string
  /** Sequence number of the last operation that `weights` contain. */
  readonly stateSequence: number
  /** Folder of the newest weights and optimizer state, relative. */
  readonly weights: string
  readonly isOpen: number
  readonly createdAt: string
  readonly usedAt: string
}

export interface OperationRow {
  readonly requestId: string
  readonly model: string
  readonly sequence: number
  readonly kind: string
  readonly contentType: string
  /** null once its effect is contained in the model's weights. */
  readonly body: Uint8Array | null
  readonly bodyHash: string
  readonly status: 'pending' | 'done' | 'failed'
  readonly result: string | null
}

export interface SamplingSessionRow {
  readonly id: string
  readonly session: string
  readonly sequence: number
  readonly baseModel: string
  readonly modelPath: string | null
  /** Folder of the weights, relative; null for the base model. */
  readonly weights: string | null
  /** The model whose weights these are, for servers that always sample the newest. */
  readonly model: string | null
  readonly isEphemeral: number
}

export interface SampleRow {
  readonly requestId: string
  readonly bodyHash: string
  readonly samplingSession: string | null
  readonly body: string
}

export interface CheckpointRow {
  readonly path: string
  readonly model: string
  readonly kind: 'training' | 'sampler'
  readonly name: string
  readonly weights: string
  readonly baseModel: string
  readonly lora: string
  readonly createdAt: string
  readonly sizeBytes: number
  readonly expiresAt: string | null
}

const schema = `
create table if not exists sessions(id text primary key, idempotencyKey text unique, body text not null);
create table if not exists models(id text primary key, session text not null, baseModel text not null, lora text not null,
  metadata text not null, stateSequence integer not null, weights text not null, isOpen integer not null,
  createdAt text not null, usedAt text not null);
create table if not exists operations(requestId text primary key, model text not null, sequence integer not null,
  kind text not null, contentType text not null, body blob, bodyHash text not null, status text not null, result text,
  unique(model, sequence));
create table if not exists samplingSessions(id text primary key, session text not null, sequence integer not null,
  baseModel text not null, modelPath text, weights text, model text, isEphemeral integer not null, unique(session, sequence));
create table if not exists samples(requestId text primary key, bodyHash text not null, samplingSession text, body text not null);
create table if not exists checkpoints(path text primary key, model text not null, kind text not null, name text not null,
  weights text not null, baseModel text not null, lora text not null, createdAt text not null, sizeBytes integer not null,
  expiresAt text);
`

export type ServeDatabase = ReturnType<typeof openServeDatabase>

export const folderFix = 'Choose a folder that you may write to: --folder <folder>.'

function openError(path: string, cause: unknown): BatonError {
  const isBusy = (cause as { errcode?: number }).errcode === 5
  if (!isBusy) return notWritable(path, cause, folderFix)
  return new BatonError(`${path} is in use by another server.`, {
    boundary: 'runs',
    code: 'serve-folder',
    hint: 'One server a folder: stop the other one, or give this one another --folder.',
    cause,
  })
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path)
  } catch (cause) {
    throw openError(path, cause)
  }
}

/** @param path of the file; made where it is not there. */
export function openServeDatabase(path: string) {
  const database = open(path)
  try {
    // Exclusive: the operating system lets go of it when the process ends in any way.
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal')
    database.exec(schema)
    database.exec('begin immediate; commit')
  } catch (cause) {
    database.close()
    throw openError(path, cause)
  }
  type Value = string | number | null | Uint8Array
  const one = <T>(sql: string, ...values: Value[]): T | undefined =>
    database.prepare(sql).get(...values) as T | undefined
  const all = <T>(sql: string, ...values: Value[]): T[] => database.prepare(sql).all(...values) as T[]
  const run = (sql: string, ...values: Value[]): void => void database.prepare(sql).run(...values)
  const insert = (table: string, row: object): void => {
    const names = Object.keys(row)
    run(`insert into ${table}(${names.join(',')}) values(${names.map(() => '?').join(',')})`, ...Object.values(row))
  }
  return {
    transaction(work: () => void): void {
      database.exec('begin immediate')
      try {
        work()
        database.exec('commit')
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },

    sessionByKey: (key: string) => one<{ id: string }>('select id from sessions where idempotencyKey = ?', key),
    hasSession: (id: string): boolean => one('select 1 from sessions where id = ?', id) !== undefined,
    sessions: () => all<{ id: string }>('select id from sessions order by rowid'),
    addSession: (row: { id: string; idempotencyKey: string | null; body: string }): void => insert('sessions', row),

    model: (id: string) => one<ModelRow>('select * from models where id = ?', id),
    models: () => all<ModelRow>('select * from models order by rowid'),
    addModel: (row: ModelRow): void => insert('models', row),
    moveModel: (id: string, stateSequence: number, weights: string): void =>
      run('update models set stateSequence = ?, weights = ? where id = ?', stateSequence, weights, id),
    touchModel: (id: string, usedAt: string): void => run('update models set usedAt = ? where id = ?', usedAt, id),
    closeModel: (id: string): void => run('update models set isOpen = 0 where id = ?', id),

    operation: (requestId: string) => one<OperationRow>('select * from operations where requestId = ?', requestId),
    operationAt: (model: string, sequence: number) =>
      one<OperationRow>('select * from operations where model = ? and sequence = ?', model, sequence),
    operationsAfter: (model: string, sequence: number) =>
      all<OperationRow>('select * from operations where model = ? and sequence > ? order by sequence', model, sequence),
    lastSequence: (model: string): number =>
      one<{ last: number | null }>('select max(sequence) as last from operations where model = ?', model)?.last ?? -1,
    pendingOperations: () => all<OperationRow>("select * from operations where status = 'pending' order by rowid"),
    addOperation: (row: OperationRow): void => insert('operations', row),
    finishOperation: (requestId: string, status: 'done' | 'failed', result: string): void =>
      run('update operations set status = ?, result = ? where requestId = ?', status, result, requestId),
    /** Bodies whose effect is in the weights are not needed again; results of long ago neither. */
    forgetOperations(model: string, stateSequence: number, oldestResult: number): void {
      run('update operations set body = null where model = ? and sequence <= ?', model, stateSequence)
      run(
        "update operations set result = null where model = ? and sequence < ? and kind <> 'create_model'",
        model,
        oldestResult,
      )
    },

    samplingSession: (id: string) => one<SamplingSessionRow>('select * from samplingSessions where id = ?', id),
    samplingSessionAt: (session: string, sequence: number) =>
      one<SamplingSessionRow>('select * from samplingSessions where session = ? and sequence = ?', session, sequence),
    ephemeralSessions: (model: string) =>
      all<SamplingSessionRow>(
        'select * from samplingSessions where model = ? and isEphemeral = 1 order by rowid',
        model,
      ),
    addSamplingSession: (row: SamplingSessionRow): void => insert('samplingSessions', row),
    removeSamplingSession: (id: string): void => {
      run('delete from samples where samplingSession = ?', id)
      run('delete from samplingSessions where id = ?', id)
    },
    isUsedBySampling: (weights: string): boolean =>
      one('select 1 from samplingSessions where weights = ?', weights) !== undefined,

    sample: (requestId: string) => one<SampleRow>('select * from samples where requestId = ?', requestId),
    addSample: (row: SampleRow): void => insert('samples', row),

    checkpoint: (path: string) => one<CheckpointRow>('select * from checkpoints where path = ?', path),
    checkpoints: () => all<CheckpointRow>('select * from checkpoints order by rowid'),
    putCheckpoint: (row: CheckpointRow): void => {
      run('delete from checkpoints where path = ?', row.path)
      insert('checkpoints', row)
    },
    removeCheckpoint: (path: string): void => run('delete from checkpoints where path = ?', path),
    setExpiry: (path: string, expiresAt: string | null): void =>
      run('update checkpoints set expiresAt = ? where path = ?', expiresAt, path),
    close: (): void => database.close(),
  }
}
