/**
 * Models in training: each an engine of its own, opened when an operation needs it and closed when too many are open.
 * A reopened engine continues where the model was: its newest weights, and the gradients added since.
 */
import { createEmbeddedEngine, type EmbeddedEngine } from '../engines/index.ts'

export interface Trainer {
  readonly engine: EmbeddedEngine
  /** Whether gradients wait for an optimizer step. */
  hasGradients: boolean
}

export interface Trainers {
  /** @param prepare brings a fresh engine to where the model was. */
  use<T>(
    model: string,
    weights: string,
    prepare: (trainer: Trainer) => Promise<void>,
    work: (trainer: Trainer) => Promise<T>,
  ): Promise<T>
  /** Closes the engine of a model, if it is open. */
  drop(model: string): Promise<void>
  close(): Promise<void>
}

export function createTrainers({ threads, open: most }: { readonly threads: number; readonly open: number }): Trainers {
  const trainers = new Map<string, Trainer>()
  const busy = new Set<string>()

  const drop = async (model: string): Promise<void> => {
    const trainer = trainers.get(model)
    trainers.delete(model)
    await trainer?.engine.close()
  }

  const opened = async (
    model: string,
    weights: string,
    prepare: (trainer: Trainer) => Promise<void>,
  ): Promise<Trainer> => {
    const known = trainers.get(model)
    if (known !== undefined) {
      trainers.delete(model)
      trainers.set(model, known)
      return known
    }
    for (const name of [...trainers.keys()]) {
      if (trainers.size < most) break
      if (!busy.has(name)) await drop(name)
    }
    const trainer = { engine: await createEmbeddedEngine({ modelFolder: weights, threads }), hasGradients: false }
    trainers.set(model, trainer)
    try {
      await prepare(trainer)
    } catch (error) {
      await drop(model)
      throw error
    }
    return trainer
  }

  return {
    async use(model, weights, prepare, work) {
      busy.add(model)
      try {
        return await work(await opened(model, weights, prepare))
      } finally {
        busy.delete(model)
      }
    },
    drop,
    async close() {
      for (const model of [...trainers.keys()]) await drop(model)
    },
  }
}
