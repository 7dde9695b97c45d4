/**
 * Keeps a trained model alive across restarts of the server, evictions and lost operations. Since the last saved state
 * every operation that changed the model is remembered; when its state is not known any more, a new model is made from
 * the saved state and the operations are made again, so that training continues with exactly the same weights. What cannot
 * be recovered so (a refused request, a server that stays away) is the caller's.
 */
import { randomBytes } from 'node:crypto'
import type { AdamParams, ForwardBackwardOutput } from '../../../tinker/index.ts'
import type { Notice } from '../requests/notices.ts'
import { isTinkerError, TinkerError } from '../requests/tinker-error.ts'
import {
  type LearningRequest,
  loadWeights,
  type OperationContext,
  optimStep,
  requestLearning,
  saveWeights,
} from './operations.ts'
import type { TrainingClient } from './training-client.ts'

export interface RecoverableClientOptions {
  readonly operations: OperationContext
  readonly open: () => Promise<TrainingClient>
  readonly notify: (notice: Notice) => void
  /** Optimizer steps after which the state is saved on the server, so that few operations need to be made again. */
  readonly saveEvery: number
}

export interface RecoverableClient {
  /** Optimizer steps applied. */
  version(): number
  /** Whether a state other than the base model's was loaded or trained. */
  isFresh(): boolean
  /** Runs on a live client, again when the client was lost on the way. */
  withClient<T>(run: (client: TrainingClient) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** As `withClient`, one at a time: for operations on the model. */
  exclusively<T>(run: (client: TrainingClient) => Promise<T>, signal?: AbortSignal): Promise<T>
  addGradient(request: LearningRequest, signal?: AbortSignal): Promise<ForwardBackwardOutput>
  step(adam: AdamParams, signal?: AbortSignal): Promise<Readonly<Record<string, number>>>
  /** Takes back every gradient since the last step. */
  dropGradients(): void
  /** @returns the path of the state on the server. */
  save(name: string): Promise<string>
  restore(path: string, version: number): Promise<void>
  close(): Promise<void>
}

type Entry =
  | { readonly kind: 'gradient'; readonly request: LearningRequest }
  | { readonly kind: 'step'; readonly adam: AdamParams }

/** Clients that one operation may use up. */
const largestLosses = 4

export function createRecoverableClient({
  operations,
  open,
  notify,
  saveEvery,
}: RecoverableClientOptions): RecoverableClient {
  const tag = `baton-${randomBytes(5).toString('hex')}`
  let client: Promise<TrainingClient> | null = null
  let saved: { path: string; version: number } | null = null
  /** Since `saved`. */
  let entries: Entry[] = []
  let version = 0
  let saves = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function live(): Promise<TrainingClient> {
    const promise = client
    const current = promise === null ? null : await promise.catch(() => null)
    if (current !== null && !current.isBroken()) return current
    // Several callers may find it broken at once; the first one reopens it, for all.
    if (client === promise) client = reopen(current)
    return client as Promise<TrainingClient>
  }

  async function reopen(broken: TrainingClient | null): Promise<TrainingClient> {
    await broken?.close(operations.profile.keepsSavedOfUnloaded)
    const opened = await open()
    try {
      if (saved !== null) await loadWeights(operations, opened, saved.path)
      for (const entry of entries) {
        if (entry.kind === 'gradient') await requestLearning(operations, opened, { request: entry.request })
        else await optimStep(operations, opened, { adam: entry.adam })
      }
    } catch (error) {
      opened.break()
      await opened.close(operations.profile.keepsSavedOfUnloaded)
      throw error
    }
    if (broken !== null) {
      const from = saved === null ? 'its beginning' : `step ${saved.version}`
      notify({ kind: 'note', message: `the model was rebuilt from ${from} and ${entries.length} operations` })
    }
    return opened
  }

  async function withClient<T>(run: (client: TrainingClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let losses = 1; ; losses++) {
      signal?.throwIfAborted()
      let used: TrainingClient | null = null
      try {
        used = await abortable(live(), signal)
        return await run(used)
      } catch (error) {
        signal?.throwIfAborted()
        const isRepairable =
          isTinkerError(error, 'lost', 'sequence-conflict') || (losses === 1 && isTinkerError(error, 'server'))
        if (!isRepairable || losses >= largestLosses) throw error
        notify({ kind: 'warning', message: error.message })
        used?.break()
      }
    }
  }

  function exclusively<T>(run: (client: TrainingClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const mine = turn.then(() => withClient(run, signal))
    turn = mine.catch(() => undefined)
    return mine
  }

  /** Where no state is saved yet, the beginning is: a server need not draw the same LoRA weights twice. */
  async function saveBeginning(current: TrainingClient): Promise<void> {
    if (saved === null && entries.length === 0) await saveTo(current, uniqueName(`${tag}-start`))
  }

  async function saveTo(current: TrainingClient, name: string): Promise<string> {
    const pending = entries.slice(entries.findLastIndex(({ kind }) => kind === 'step') + 1)
    const path = await saveWeights(operations, current, name).catch((error: unknown) => {
      // A reply was lost, the name is ours, and the server does not know the operation again.
      if (isTinkerError(error, 'already-exists')) throw new TinkerError(error.message, { kind: 'lost', cause: error })
      throw error
    })
    saved = { path, version }
    entries = [...pending]
    return path
  }

  const uniqueName = (name: string): string => `${name}-${++saves}-${randomBytes(3).toString('hex')}`

  async function saveRolling(current: TrainingClient): Promise<void> {
    if (version % saveEvery === 0) await saveTo(current, uniqueName(`${tag}-step-${version}`))
  }

  return {
    version: () => version,
    isFresh: () => version === 0 && saved === null && entries.length === 0,
    withClient,
    exclusively,
    async addGradient(request, signal) {
      return exclusively(async (current) => {
        await saveBeginning(current)
        const output = await requestLearning(operations, current, { request, signal })
        entries.push({ kind: 'gradient', request })
        return output
      }, signal)
    },
    async step(adam, signal) {
      return exclusively(async (current) => {
        const metrics = await optimStep(operations, current, { adam, signal })
        entries.push({ kind: 'step', adam })
        if (metrics['is_applied'] !== 0) version += 1
        await saveRolling(current).catch((error: unknown) => {
          // The step is made; without a save there is only more to make again.
          notify({ kind: 'warning', message: error instanceof Error ? error.message : String(error) })
        })
        return metrics
      }, signal)
    },
    dropGradients() {
      const kept = entries.slice(0, entries.findLastIndex(({ kind }) => kind === 'step') + 1)
      if (kept.length === entries.length) return
      entries = kept
      void client?.then((current) => current.break()).catch(() => undefined)
    },
    save: (name) => exclusively((current) => saveTo(current, uniqueName(name))),
    restore: (path, restored) =>
      exclusively(async (current) => {
        saved = { path, version: restored }
        entries = []
        version = restored
        current.break()
        await live()
      }),
    async close() {
      const current = client === null ? null : await client.catch(() => null)
      await current?.close(operations.profile.keepsSavedOfUnloaded)
    },
  }
}

/** The promise, or the signal's reason when that comes first; what the promise does then goes unheard. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    promise.catch(() => undefined)
  }
}
