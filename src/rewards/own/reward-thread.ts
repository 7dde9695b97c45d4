/**
 * One thread with an own reward function. Rollouts are scored one after the other, each with the whole deadline; a
 * function that passes it is ended with its thread, and the next rollout gets a new one.
 */

import { Worker } from 'node:worker_threads'
import { siblingModule } from '../../core/sibling-module.ts'
import type { RewardInput } from '../compositions/reward-composition.ts'
import type { RewardReply, RewardRequest } from './own-reward.ts'

export type ThreadReply =
  | { readonly kind: 'values'; readonly values: unknown }
  | { readonly kind: 'threw' | 'too-slow'; readonly message: string }

export interface RewardThread {
  /** As the module exports it, not yet checked. */
  readonly parts: unknown
  ask(input: RewardInput, signal: AbortSignal): Promise<ThreadReply>
  close(): Promise<void>
}

/** Reading a module and what it imports. */
const loadTimeoutMs = 30_000

/** @throws Error with a sentence that says what is wrong with the module. */
export async function startRewardThread(path: string, timeoutMs: number): Promise<RewardThread> {
  const first = await startWorker(path)
  let thread: StartedWorker | null = first
  let queue: Promise<unknown> = Promise.resolve()
  let lastId = 0
  let isClosed = false
  const askOne = async (input: RewardInput): Promise<ThreadReply> => {
    thread ??= await startWorker(path)
    lastId += 1
    const reply = await askWorker(thread.worker, { id: lastId, input }, timeoutMs)
    if (reply.kind !== 'too-slow') return reply
    await thread.worker.terminate()
    thread = null
    return reply
  }
  return {
    parts: first.parts,
    ask: async (input, signal) => {
      const turn = queue.then(() => {
        signal.throwIfAborted()
        if (isClosed) throw new Error('the reward thread is closed')
        return askOne(input)
      })
      queue = turn.catch(() => undefined)
      return await turn
    },
    close: async () => {
      isClosed = true
      await queue
      await thread?.worker.terminate()
    },
  }
}

interface StartedWorker {
  readonly worker: Worker
  readonly parts: unknown
}

async function startWorker(path: string): Promise<StartedWorker> {
  const worker = new Worker(siblingModule(import.meta.url, './own-reward-worker'), { workerData: { path } })
  worker.unref()
  const reply = await firstReply(worker, loadTimeoutMs)
  if (reply?.kind === 'ready') return { worker, parts: reply.parts }
  await worker.terminate()
  throw new Error(reply?.kind === 'refused' ? reply.message : `it was not loaded within ${loadTimeoutMs / 1000} s`)
}

async function askWorker(worker: Worker, request: RewardRequest, timeoutMs: number): Promise<ThreadReply> {
  const answer = firstReply(worker, timeoutMs, (reply) => 'id' in reply && reply.id === request.id)
  worker.postMessage(request)
  const reply = await answer
  if (reply?.kind === 'values') return { kind: 'values', values: reply.values }
  if (reply?.kind === 'threw') return { kind: 'threw', message: reply.message }
  return reply === null
    ? { kind: 'too-slow', message: `no value within ${timeoutMs} ms` }
    : { kind: 'too-slow', message: 'its thread ended' }
}

/** @returns null after the deadline. A thread that dies counts as one that refused. */
function firstReply(
  worker: Worker,
  timeoutMs: number,
  isWanted: (reply: RewardReply) => boolean = () => true,
): Promise<RewardReply | null> {
  return new Promise((resolve) => {
    const end = (reply: RewardReply | null): void => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      resolve(reply)
    }
    const onMessage = (reply: RewardReply): void => {
      if (isWanted(reply)) end(reply)
    }
    const onError = (error: unknown): void => end({ kind: 'refused', message: String(error) })
    const onExit = (): void => end({ kind: 'refused', message: 'its thread ended' })
    const timer = setTimeout(() => end(null), timeoutMs)
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
  })
}
