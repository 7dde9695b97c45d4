/**
 * The pool of sandbox processes and their interpreter slots.
 *
 * A slot is a cache. A workflow that waits for operators keeps its interpreter while no other needs it; when all slots
 * are taken, one is given to the next in line, and the workflow that lost it is replayed from its journal later, in any
 * slot of any process. The death of a process is the same case: only the run that caused it is notified.
 */
import { BatonError } from '../core/failure.ts'
import { type InterpreterProcess, startInterpreterProcess } from './interpreter-process.ts'

export interface InterpreterSlot {
  readonly process: InterpreterProcess
  readonly index: number
  /** Whose state the interpreter holds. */
  owner: object | undefined
  isBusy: boolean
  /** When the owner began to wait for operators. */
  restedAtMs: number
}

export interface SlotGrant {
  readonly slot: InterpreterSlot
  /** The slot does not hold the owner's state: restore and replay. */
  readonly isFresh: boolean
}

export interface InterpreterPool {
  /** A slot for one advance; null when the signal fires first. */
  acquire(owner: object, signal: AbortSignal): Promise<SlotGrant | null>
  /** The advance is over; with `keep`, the owner comes back. */
  release(slot: InterpreterSlot, keep: boolean): void
  /** The owner will not come back. */
  releaseOwner(owner: object): void
  /** The least loaded process, for a request without state. */
  pick(): InterpreterProcess
  readonly isClosed: boolean
  close(): Promise<void>
}

interface Waiting {
  readonly owner: object
  readonly resolve: (grant: SlotGrant | null) => void
}

export interface PoolOptions {
  readonly processes: number
  readonly interpretersPerProcess: number
  readonly snapshotPath: string
}

/**
 * A slot is left to its waiting owner at least so long. Where operators are quick on average, it is left for three times
 * that average: a replay costs more CPU than the wait is worth.
 */
const minRestMs = 20
const quickRestMs = 100

const maxBootFailures = 3

export function createInterpreterPool(options: PoolOptions): InterpreterPool {
  const processes = new Set<InterpreterProcess>()
  const slots: InterpreterSlot[] = []
  const line: Waiting[] = []
  /** Moving average of how long owners wait for operators. */
  let averageRestMs = minRestMs
  const restingSince = new WeakMap<object, number>()
  let serveTimer: NodeJS.Timeout | undefined
  let isClosed = false
  let bootFailures = 0
  let hasStarted = false
  let bootFailure: BatonError | undefined

  function startProcess(): InterpreterProcess {
    const process = startInterpreterProcess({
      snapshotPath: options.snapshotPath,
      workflowSlots: options.interpretersPerProcess,
    })
    processes.add(process)
    for (let index = 0; index < options.interpretersPerProcess; index += 1) {
      slots.push({ process, index, owner: undefined, isBusy: false, restedAtMs: 0 })
    }
    void process.exited.then(() => {
      processes.delete(process)
      for (let at = slots.length - 1; at >= 0; at -= 1) if (slots[at]?.process === process) slots.splice(at, 1)
      if (process.isReady) bootFailures = 0
      else if (!isClosed) failBoot(process.bootError ?? '')
      serve()
    })
    return process
  }

  /** Gives up where nothing ever started, or where replacements keep failing. */
  function failBoot(reason: string): void {
    bootFailures += 1
    if (hasStarted && bootFailures < maxBootFailures) return
    bootFailure = new BatonError(`the Python sandbox did not start: ${reason}`, {
      boundary: 'sandbox',
      code: 'boot',
      hint: 'Run "npm ci" again; the sandbox needs Node 24 and about 400 MB of memory a process.',
      exitCode: 3,
    })
  }

  const living = (): InterpreterProcess[] => [...processes].filter((process) => process.isAlive)

  function pick(): InterpreterProcess {
    if (bootFailure !== undefined) throw bootFailure
    if (isClosed) throw new BatonError('the Python sandbox is closed', { boundary: 'sandbox', code: 'closed' })
    let candidates = living()
    const isEveryoneBusy = candidates.every((process) => process.load > 0)
    if (isEveryoneBusy && candidates.length < options.processes) candidates = [...candidates, startProcess()]
    const ready = candidates.filter((process) => process.isReady)
    hasStarted ||= ready.length > 0
    const choices = ready.length > 0 ? ready : candidates
    return choices.reduce((best, process) => (process.load < best.load ? process : best))
  }

  /** A slot that holds nothing, on the least loaded process; else one whose owner waits, last come first gone. */
  function findSlot(): InterpreterSlot | undefined {
    const usable = slots.filter((slot) => slot.process.isAlive && !slot.isBusy)
    const free = usable.filter((slot) => slot.owner === undefined)
    if (free.length > 0) return free.reduce((best, slot) => (slot.process.load < best.process.load ? slot : best))
    if (living().length < options.processes) {
      startProcess()
      return findSlot()
    }
    const restMs = averageRestMs < quickRestMs ? Math.max(minRestMs, 3 * averageRestMs) : minRestMs
    const latestMs = performance.now() - restMs
    // A busy process gains nothing from another run. The reply to the owner that began to wait last is the farthest away.
    return usable
      .filter((slot) => slot.restedAtMs <= latestMs && slot.process.load === 0)
      .reduce<InterpreterSlot | undefined>(
        (best, slot) => (best === undefined || slot.restedAtMs > best.restedAtMs ? slot : best),
        undefined,
      )
  }

  function take(slot: InterpreterSlot, owner: object): SlotGrant {
    const isFresh = slot.owner !== owner
    slot.owner = owner
    slot.isBusy = true
    return { slot, isFresh }
  }

  /** Gives slots to those in line while there are any. */
  function serve(): void {
    if (isClosed || bootFailure !== undefined) {
      for (const waiting of line.splice(0)) waiting.resolve(null)
      return
    }
    while (line.length > 0) {
      const slot = findSlot()
      if (slot === undefined) {
        serveTimer ??= setTimeout(() => {
          serveTimer = undefined
          serve()
        }, minRestMs)
        return
      }
      const waiting = line.shift()
      if (waiting !== undefined) waiting.resolve(take(slot, waiting.owner))
    }
  }

  return {
    pick,
    get isClosed() {
      return isClosed
    },
    acquire(owner, signal) {
      if (bootFailure !== undefined) return Promise.reject(bootFailure)
      if (signal.aborted || isClosed) return Promise.resolve(null)
      const since = restingSince.get(owner)
      if (since !== undefined) averageRestMs += (performance.now() - since - averageRestMs) / 20
      const own = slots.find((slot) => slot.owner === owner && slot.process.isAlive)
      if (own !== undefined) return Promise.resolve(take(own, owner))
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          const at = line.findIndex((waiting) => waiting.owner === owner)
          if (at >= 0) line.splice(at, 1)
          resolve(null)
        }
        signal.addEventListener('abort', leave, { once: true })
        line.push({
          owner,
          resolve(grant) {
            signal.removeEventListener('abort', leave)
            if (grant === null && bootFailure !== undefined) reject(bootFailure)
            else resolve(grant)
          },
        })
        serve()
      })
    },
    release(slot, keep) {
      slot.isBusy = false
      slot.restedAtMs = performance.now()
      if (keep && slot.owner !== undefined) restingSince.set(slot.owner, slot.restedAtMs)
      else slot.owner = undefined
      serve()
    },
    releaseOwner(owner) {
      for (const slot of slots) if (slot.owner === owner && !slot.isBusy) slot.owner = undefined
      serve()
    },
    async close() {
      isClosed = true
      clearTimeout(serveTimer)
      serve()
      await Promise.all([...processes].map((process) => process.kill()))
    },
  }
}
