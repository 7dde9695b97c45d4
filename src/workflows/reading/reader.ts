/**
 * Reads completions without holding up the event loop: short ones at once, long ones in a thread. A policy can write
 * anything, so a text on which the thread runs out of memory or of CPU time is a text without a program.
 */

import { Worker } from 'node:worker_threads'
import { siblingModule } from '../../core/sibling-module.ts'
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import { type CompletionText, type ReadCompletion, readProgram } from './read-program.ts'

/** Characters that are read in place: a few milliseconds, at worst some 40. Most programs of policies are shorter. */
const maxCharsInPlace = 4000
/** CPU time of one text in the thread. Texts that are within the limits of parser and analyzer need about one second. */
const maxCpuMs = 20_000
const pollMs = 500

export function readAnywhere(completion: CompletionText, analyzer: PythonAnalyzer): Promise<ReadCompletion> {
  if (completion.text.length > maxCharsInPlace) return thread.read(completion)
  return Promise.resolve(readProgram(completion, analyzer))
}

interface Waiting {
  readonly completion: CompletionText
  readonly resolve: (read: ReadCompletion) => void
}

/** @param module of the thread. */
export function createReadingThread(module: URL, cpuLimitMs = maxCpuMs) {
  let worker: Worker | null = null
  let queue: Waiting[] = []
  /** CPU time of the thread when it began the text at the head of the queue. */
  let begunMs = 0
  let timer: NodeJS.Timeout | undefined

  const cpuMs = async (of: Worker): Promise<number> => {
    const { user, system } = await of.cpuUsage()
    return (user + system) / 1000
  }
  const next = (): void => {
    const head = queue[0]
    worker?.[head === undefined ? 'unref' : 'ref']()
    if (head === undefined) {
      clearInterval(timer)
      timer = undefined
      return
    }
    worker ??= start()
    worker.postMessage(head.completion)
  }
  const settle = (read: ReadCompletion): void => {
    const [head, ...rest] = queue
    queue = rest
    head?.resolve(read)
    next()
  }
  const lose = (lost: Worker, why: string): void => {
    if (lost !== worker) return
    worker = null
    const message = `The completion is too much to be read (${why}).`
    settle({ kind: 'failure', failure: { boundary: 'parse', code: 'too-complex', message } })
  }
  const start = (): Worker => {
    const started = new Worker(module, { resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 4 } })
    begunMs = 0
    started.on('message', (read: ReadCompletion) => {
      cpuMs(started).then(
        (ms) => {
          begunMs = ms
        },
        () => undefined,
      )
      settle(read)
    })
    started.on('error', (error: Error) => lose(started, error.message))
    started.on('exit', () => lose(started, 'its thread ended'))
    return started
  }
  const watch = async (): Promise<void> => {
    const watched = worker
    if (watched === null) return
    const ms = await cpuMs(watched).catch(() => begunMs)
    if (ms - begunMs <= cpuLimitMs || watched !== worker) return
    lose(watched, `${cpuLimitMs} ms of CPU time were not enough`)
    await watched.terminate()
  }
  return {
    read: (completion: CompletionText): Promise<ReadCompletion> =>
      new Promise((resolve) => {
        queue.push({ completion, resolve })
        if (queue.length === 1) next()
        timer ??= setInterval(() => void watch(), pollMs).unref()
      }),
  }
}

const thread = createReadingThread(siblingModule(import.meta.url, './reading-worker'))
