/**
 * Compiled functions by name and shape bucket. Sessions hold memory: beyond `capacity` the one unused for longest is
 * released.
 */
import type { CompiledFunction, TensorBackend, TensorFunction } from './backend.ts'
import type { InputSpec } from './int8-matrix.ts'

export interface SessionCache {
  /** The compiled form of `make()`; the same `key` must always stand for the same function and shapes. */
  get(key: string, make: () => TensorFunction, inputs: readonly InputSpec[]): Promise<CompiledFunction>
  readonly size: number
  release(): Promise<void>
}

export function createSessionCache(backend: TensorBackend, capacity: number): SessionCache {
  const sessions = new Map<string, CompiledFunction>()
  return {
    get size() {
      return sessions.size
    },
    async get(key, make, inputs) {
      const known = sessions.get(key)
      if (known !== undefined) {
        sessions.delete(key)
        sessions.set(key, known)
        return known
      }
      const compiled = await backend.compile(make(), inputs)
      sessions.set(key, compiled)
      const oldest = sessions.size > capacity ? sessions.entries().next().value : undefined
      if (oldest !== undefined) {
        sessions.delete(oldest[0])
        await oldest[1].release()
      }
      return compiled
    },
    async release() {
      for (const session of sessions.values()) await session.release()
      sessions.clear()
    },
  }
}
