/**
 * Watches a process that may be stuck in a loop of C, where it looks at no deadline of its own. What counts is the CPU time
 * of its main thread, never the clock: a process that a busy machine keeps waiting is left alone, and so are the threads
 * on which V8 compiles.
 */
import { readFileSync } from 'node:fs'

export type WatchEnd =
  /** It used more than it was allowed. */
  | 'spent'
  /** It did nothing at all for as long as anyone would wait. */
  | 'stuck'

export interface WatchOptions {
  readonly pid: number
  /** CPU time from now on after which `onEnd` is called. */
  readonly allowedMs: number
  readonly onEnd: (end: WatchEnd) => void
  readonly readCpuMs?: (pid: number) => number | null
}

const minCheckMs = 50
/** Looks in a row that find no progress; each is at least a second after the one before. */
const maxIdleLooks = 60
const minIdleCheckMs = 1000
/** Where the system reports no CPU time, one part in so many of the time that passed is taken for it. */
const assumedSlowness = 10

/** CPU time of a process's main thread, where the system reports it (Linux). */
export function mainThreadCpuMs(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return null
  }
}

/** @returns what ends the watch. */
export function watchCpu({ pid, allowedMs, onEnd, readCpuMs = mainThreadCpuMs }: WatchOptions): () => void {
  const startedAt = performance.now()
  const startMs = readCpuMs(pid)
  let lastMs = -1
  let idleLooks = 0
  const look = (): void => {
    const nowMs = startMs === null ? null : readCpuMs(pid)
    const usedMs =
      nowMs === null || startMs === null ? (performance.now() - startedAt) / assumedSlowness : nowMs - startMs
    idleLooks = usedMs > lastMs ? 0 : idleLooks + 1
    lastMs = usedMs
    if (usedMs >= allowedMs) onEnd('spent')
    else if (idleLooks >= maxIdleLooks) onEnd('stuck')
    else timer = setTimeout(look, Math.max(allowedMs - usedMs, idleLooks > 0 ? minIdleCheckMs : minCheckMs))
  }
  let timer = setTimeout(look, allowedMs)
  return () => clearTimeout(timer)
}
