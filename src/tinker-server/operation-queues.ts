/**
 * Futures of the operations on models. Operations of a model run in the order of their sequence numbers, one that comes
 * early waits; those of several models run side by side. The same number with the same body is the same future.
 */
import { createHash } from 'node:crypto'
import { type OperationKind, runOperation } from './model-operations.ts'
import type { ServeContext } from './serve-context.ts'
import type { OperationRow } from './serve-database.ts'
import { failureOf, ServeError } from './serve-error.ts'

export interface Submission {
  readonly model: string
  /** null: the next one. */
  readonly sequence: number | null
  readonly kind: OperationKind
  readonly contentType: string
  readonly body: Uint8Array
}

export interface OperationQueues {
  /** @returns the request id. */
  submit(submission: Submission): string
  /** Resolves when the operation has ended or the time is over. */
  settled(requestId: string, holdMs: number): Promise<void>
  /** Why an operation has not begun, for the client. */
  reasonToWait(operation: OperationRow): string
  /** Takes up what a server before this one left. */
  recover(): void
  /** Waits for the running operations. */
  close(): Promise<void>
}

interface Queue {
  next: number
  isRunning: boolean
  running: Promise<void>
}

export function createOperationQueues(context: ServeContext): OperationQueues {
  const { database } = context
  const queues = new Map<string, Queue>()
  const listeners = new Map<string, Set<() => void>>()
  let isClosed = false

  const queueOf = (model: string): Queue => {
    const known = queues.get(model)
    if (known !== undefined) return known
    const ended = database.operationsAfter(model, -1).filter(({ status }) => status !== 'pending')
    const gap = ended.findIndex(({ sequence }, place) => sequence !== place)
    const queue = { next: gap < 0 ? ended.length : gap, isRunning: false, running: Promise.resolve() }
    queues.set(model, queue)
    return queue
  }

  const run = async (operation: OperationRow): Promise<void> => {
    const { requestId } = operation
    try {
      database.finishOperation(requestId, 'done', await runOperation(context, operation))
    } catch (error) {
      if (isClosed) return
      database.finishOperation(requestId, 'failed', JSON.stringify(failureOf(error)))
    }
    for (const listener of listeners.get(requestId) ?? []) listener()
    listeners.delete(requestId)
  }

  const drain = async (model: string, queue: Queue): Promise<void> => {
    while (!isClosed) {
      const operation = database.operationAt(model, queue.next)
      if (operation === undefined) break
      if (operation.status === 'pending') await run(operation)
      queue.next += 1
    }
    queue.isRunning = false
  }

  const pump = (model: string): void => {
    const queue = queueOf(model)
    if (queue.isRunning) return
    queue.isRunning = true
    queue.running = drain(model, queue)
  }

  return {
    submit({ model, sequence: asked, kind, contentType, body }) {
      if (isClosed) throw new ServeError(503, 'the server is closing')
      const sequence = asked ?? database.lastSequence(model) + 1
      const bodyHash = createHash('sha256').update(kind).update(body).digest('hex')
      const earlier = database.operationAt(model, sequence)
      if (earlier !== undefined && earlier.bodyHash !== bodyHash) {
        const last = database.lastSequence(model)
        throw new ServeError(409, `Sequence conflict: expected ${last + 1}, got ${sequence}`)
      }
      if (earlier !== undefined) return earlier.requestId
      const requestId = `${model}:op:${sequence}`
      queueOf(model)
      database.addOperation({
        requestId,
        model,
        sequence,
        kind,
        contentType,
        body,
        bodyHash,
        status: 'pending',
        result: null,
      })
      pump(model)
      return requestId
    },

    settled(requestId, holdMs) {
      if (database.operation(requestId)?.status !== 'pending') return Promise.resolve()
      return new Promise((resolve) => {
        const set = listeners.get(requestId) ?? new Set()
        listeners.set(requestId, set)
        const timer = setTimeout(done, holdMs)
        function done(): void {
          clearTimeout(timer)
          set.delete(done)
          resolve()
        }
        set.add(done)
      })
    },

    reasonToWait({ model, sequence }) {
      const { next } = queueOf(model)
      if (next === sequence) return 'running'
      return database.operationAt(model, next) === undefined
        ? `waits for operation ${next}, which has not come`
        : `waits behind operation ${next}`
    },

    recover() {
      for (const model of new Set(database.pendingOperations().map((operation) => operation.model))) pump(model)
    },

    async close() {
      isClosed = true
      for (const set of listeners.values()) for (const listener of [...set]) listener()
      await Promise.all([...queues.values()].map(({ running }) => running))
    },
  }
}
