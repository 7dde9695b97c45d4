/**
 * Starts a tensor worker and calls its methods from the main thread, so that the event loop stays free while graphs run.
 * A worker without calls under way does not keep the process alive.
 */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { BatonError } from '../core/failure.ts'
import { closeGate, createGate } from './worker-gate.ts'
import { fromPlainError, type WorkerReply, type WorkerRequest, type WorkerStart } from './worker-messages.ts'

export interface TensorWorker {
  /** What computes: `onnxruntime` or `jax-js`. */
  readonly backend: string
  /**
   * Calls a method of the worker; calls run one after another, in order.
   * On abort the method ends at its next check and the promise rejects with the signal's reason.
   */
  call<Result>(method: string, argument: unknown, signal?: AbortSignal): Promise<Result>
  /** Ends the worker once the graph that it runs is done; calls under way are rejected at once. */
  close(): Promise<void>
}

export interface TensorWorkerOptions {
  /** Threads of one operator; default: the cores, at most 4. */
  readonly threads?: number
  readonly backend?: WorkerStart['backend']
  readonly argument: unknown
}

/** How long an ending process waits for the graph under way. */
const longestGraphMs = 10_000

interface PendingCall {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Threads when none are configured: more than 4 do not help small models. */
export function defaultThreads(): number {
  return Math.min(4, availableParallelism())
}

/** @param module a worker module that calls `serveTensorWorker`. */
export async function startTensorWorker(module: URL, options: TensorWorkerOptions): Promise<TensorWorker> {
  const threads = options.threads === undefined || options.threads === 0 ? defaultThreads() : options.threads
  const gate = createGate()
  const start: WorkerStart = { threads, backend: options.backend ?? 'auto', argument: options.argument, gate }
  const worker = new Worker(module, { workerData: start })
  const holdExit = (): void => closeGate(gate, longestGraphMs)
  process.on('exit', holdExit)
  const pending = new Map<number, PendingCall>()
  let closed: Error | null = null
  let lastId = 0

  const fail = (error: Error): void => {
    closed ??= error
    for (const call of pending.values()) call.reject(closed)
    pending.clear()
  }
  const settle = (id: number, act: (call: PendingCall) => void): void => {
    const call = pending.get(id)
    pending.delete(id)
    if (pending.size === 0) worker.unref()
    if (call !== undefined) act(call)
  }
  const backend = await new Promise<string>((resolve, reject) => {
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'ready') resolve(reply.backend)
      else if (reply.kind === 'refused') reject(fromPlainError(reply.error))
      else if (reply.kind === 'result') settle(reply.id, (call) => call.resolve(reply.value))
      else settle(reply.id, (call) => call.reject(fromPlainError(reply.error)))
    })
    worker.on('error', (cause) => {
      const error = workerDied('it threw', cause)
      reject(error)
      fail(error)
    })
    worker.on('exit', (code) => {
      process.off('exit', holdExit)
      const error = workerDied(`it ended with code ${code}`)
      reject(error)
      fail(error)
    })
  }).catch(async (error: unknown) => {
    await worker.terminate()
    throw error
  })
  worker.unref()

  return {
    backend,
    async call<Result>(method: string, argument: unknown, signal?: AbortSignal): Promise<Result> {
      signal?.throwIfAborted()
      if (closed !== null) throw closed
      lastId += 1
      const id = lastId
      const send = (request: WorkerRequest): void => worker.postMessage(request)
      const cancel = (): void => send({ kind: 'cancel', id })
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        return await new Promise<Result>((resolve, reject) => {
          pending.set(id, { resolve: resolve as (value: unknown) => void, reject })
          worker.ref()
          send({ kind: 'call', id, method, argument })
        })
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    async close() {
      if (closed !== null) return
      fail(new Error('the tensor worker is closed'))
      const ended = once(worker, 'exit')
      worker.ref()
      worker.postMessage({ kind: 'close' } satisfies WorkerRequest)
      await ended
    },
  }
}

function workerDied(what: string, cause?: unknown): BatonError {
  return new BatonError(`the tensor worker died: ${what}`, {
    boundary: 'engine',
    code: 'worker-died',
    hint: 'Resume the run from its last checkpoint; a smaller model or micro-batch needs less memory.',
    exitCode: 3,
    cause,
  })
}
