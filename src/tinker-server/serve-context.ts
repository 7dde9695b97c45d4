/** What the parts of the server share. */
import { join } from 'node:path'
import type { BatchedSampler } from './batched-sampler.ts'
import type { ModelRow, ServeDatabase } from './serve-database.ts'
import { notFound } from './serve-error.ts'
import type { Trainers } from './trainers.ts'

export interface BaseModel {
  readonly name: string
  /** Absolute. */
  readonly folder: string
  readonly room: BatchedSampler
}

export interface ServeContext {
  readonly database: ServeDatabase
  /** Absolute folder of everything that is kept. */
  readonly folder: string
  readonly baseModels: readonly BaseModel[]
  readonly trainers: Trainers
  readonly now: () => number
}

export function baseModelOf({ baseModels }: ServeContext, name: string): BaseModel {
  const model = baseModels.find((base) => base.name === name)
  if (model === undefined) {
    throw notFound(`base model "${name}" (there are: ${baseModels.map((base) => base.name).join(', ')})`)
  }
  return model
}

export function modelOf({ database }: ServeContext, id: string): ModelRow {
  const model = database.model(id)
  if (model === undefined) throw notFound(`model ${id}`)
  return model
}

export const absolute = ({ folder }: ServeContext, relative: string): string => join(folder, relative)

/** Name of a model's folder. */
export const folderName = (id: string): string => id.replaceAll(/[^A-Za-z0-9_-]/g, '_')

export const timestamp = ({ now }: ServeContext): string => new Date(now()).toISOString()
