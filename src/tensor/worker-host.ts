/**
 * The worker's side: prepares a backend, then serves method calls one after another. A worker module is one call of
 * `serveTensorWorker`; it is the only thread in which onnxruntime and jax-js are loaded.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { TensorBackend } from './backend.ts'
import { createJaxBackend } from './jax-backend.ts'
import { createOnnxBackend } from './onnx-backend.ts'
import { createSessionCache, type SessionCache } from './session-cache.ts'
import { type Jax, loadJax } from './trace.ts'
import { passGate, type WorkerGate } from './worker-gate.ts'
import { toPlainError, type WorkerReply, type WorkerRequest, type WorkerStart } from './worker-messages.ts'

export interface TensorRuntime {
  readonly jax: Jax
  readonly backend: TensorBackend
  readonly sessions: SessionCache
}

export type WorkerMethods = Readonly<Record<string, (argument: never, signal: AbortSignal) => Promise<unknown>>>

/** Compiled functions held at once; one takes some MB. */
const sessionCapacity = 64

/** @param create makes the methods from the `argument` of `startTensorWorker`. */
export function serveTensorWorker(
  create: (runtime: TensorRuntime, argument: never) => Promise<WorkerMethods>,
): Promise<void> {
  if (parentPort === null) throw new Error('a tensor worker module runs in a worker thread only')
  const port = parentPort
  const reply = (message: WorkerReply): void => port.postMessage(message)
  const { threads, backend: wanted, argument, gate } = workerData as WorkerStart

  const serve = async (): Promise<void> => {
    const backend = gated(await createBackend(wanted, threads), gate)
    const runtime = { jax: await loadJax(), backend, sessions: createSessionCache(backend, sessionCapacity) }
    const methods = await create(runtime, argument as never)
    const calls = new Map<number, AbortController>()
    let queue = Promise.resolve()
    const run = async (id: number, method: string, value: unknown, signal: AbortSignal): Promise<void> => {
      try {
        signal.throwIfAborted()
        const implementation = methods[method]
        if (implementation === undefined) throw new Error(`the tensor worker has no method ${method}`)
        reply({ kind: 'result', id, value: await implementation(value as never, signal) })
      } catch (error) {
        reply({ kind: 'failure', id, error: toPlainError(error) })
      } finally {
        calls.delete(id)
      }
    }
    port.on('message', (request: WorkerRequest) => {
      if (request.kind === 'cancel') {
        calls.get(request.id)?.abort()
        return
      }
      if (request.kind === 'close') {
        for (const controller of calls.values()) controller.abort()
        queue = queue.then(() => process.exit(0))
        return
      }
      const { id, method, argument: value } = request
      const controller = new AbortController()
      calls.set(id, controller)
      queue = queue.then(() => run(id, method, value, controller.signal))
    })
    reply({ kind: 'ready', backend: backend.name })
  }
  return serve().catch((error: unknown) => reply({ kind: 'refused', error: toPlainError(error) }))
}

/** The backend with every native call behind the gate. */
function gated(backend: TensorBackend, gate: WorkerGate): TensorBackend {
  return {
    ...backend,
    async compile(fn, inputs) {
      const compiled = await passGate(gate, () => backend.compile(fn, inputs))
      return {
        run: (tensors) => passGate(gate, () => compiled.run(tensors)),
        release: () => passGate(gate, () => compiled.release()),
      }
    },
  }
}

async function createBackend(wanted: WorkerStart['backend'], threads: number): Promise<TensorBackend> {
  if (wanted === 'jax-js') return createJaxBackend()
  try {
    return await createOnnxBackend({ threads })
  } catch (error) {
    // onnxruntime has no binary for this machine: the same functions run on jax-js, slower.
    if (wanted === 'auto') return createJaxBackend()
    throw error
  }
}
