/**
 * The imports that the host implements itself: memory growth, the deadline, a virtual clock, seeded randomness, output that
 * is counted and dropped, and three file descriptors through which the harness speaks to the host.
 */
import { type Gate, type ImportTable, notPermittedErrno, Stop } from './import-firewall.ts'
import type { EmscriptenModule } from './pyodide.ts'

export interface CallBudget {
  /** CPU time of this thread that the call may use. */
  readonly cpuMs: number
  /** Size that the heap may reach, in bytes. */
  readonly heapBytes: number
  /** Longest text that the call may return, and most bytes it may write to files, in bytes. */
  readonly maxOutputBytes: number
}

/** Answers a message that Python wrote to the peer descriptor; may throw a `Stop`. */
export type Peer = (message: Uint8Array) => Uint8Array

const epochMs = Date.UTC(2026, 0, 1)
const peerFd = 77
const clockFd = 78
const overflowFd = 79
/** Flags of open(2) that could change a file: write, create, truncate, append. */
const writingFlags = 3 | 64 | 512 | 1024
const signalChecksPerClockRead = 32
/** Calls that fill a `struct stat`, and which of their arguments points to it. */
const statCalls = [
  ['__syscall_stat64', 1],
  ['__syscall_lstat64', 1],
  ['__syscall_fstat64', 1],
  ['__syscall_newfstatat', 2],
] as const
/** Where the struct has the times of access, modification and change: seconds (8 bytes), then nanoseconds (4). */
const statTimes = [40, 56, 72]

/** What the imports see of the call in progress. */
export interface CallState {
  deadlineMs: number
  cpuStartMs: number
  budget: CallBudget
  writtenBytes: number
  signalChecks: number
  isMemoryDenied: boolean
  clockNs: number
  randomState: number
  /** What the program set; the file system's own would outlive the run. */
  umask: number
  peer: Peer | undefined
  reply: Uint8Array
  replyPosition: number
}

const idleBudget: CallBudget = { cpuMs: Number.POSITIVE_INFINITY, heapBytes: 2 ** 31, maxOutputBytes: 2 ** 31 }
const nothing = new Uint8Array(0)
export function threadCpuMs(): number {
  const usage = process.threadCpuUsage()
  return (usage.user + usage.system) / 1000
}

function checkDeadline(state: CallState): void {
  const nowMs = performance.now()
  if (nowMs <= state.deadlineMs) return
  const leftMs = state.budget.cpuMs - (threadCpuMs() - state.cpuStartMs)
  if (leftMs <= 0) throw new Stop({ kind: 'deadline' })
  // The thread was kept waiting by others: only its own time counts.
  state.deadlineMs = nowMs + leftMs
}

function tick(state: CallState): number {
  checkDeadline(state)
  state.clockNs += 1000
  return state.clockNs
}

export interface OwnImportsOptions {
  /** The originals, before the firewall replaces them. */
  readonly imports: ImportTable
  readonly state: CallState
  readonly gate: Gate
  /** The instance that the imports serve; not there before it is booted. */
  readonly module: () => EmscriptenModule
  /** Descriptors that belong to the interpreter itself. */
  readonly openFiles: () => ReadonlySet<number>
}

export function makeOwnImports({ imports, state, gate, module, openFiles }: OwnImportsOptions): ImportTable {
  const original = { ...imports } as Record<string, NonNullable<ImportTable[string]>>
  const heap = (): Uint8Array => module().HEAPU8
  const view = (): DataView => new DataView(heap().buffer)
  const isDevice = (fd: number): boolean => {
    const stream = module().FS.streams[fd]
    return stream?.tty !== undefined || (stream?.node !== undefined && module().FS.isChrdev(stream.node.mode))
  }

  /** The buffers of a list of (start, length) pairs, as views of the heap. */
  const gather = (vectors: number, count: number): Uint8Array[] => {
    const parts: Uint8Array[] = []
    const data = view()
    for (let index = 0; index < count; index += 1) {
      const at = (vectors >>> 0) + index * 8
      const start = data.getUint32(at, true)
      parts.push(heap().subarray(start, start + data.getUint32(at + 4, true)))
    }
    return parts
  }

  const write = (fd: number, vectors: number, count: number, written: number): number => {
    const parts = gather(vectors, count)
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    if (fd === overflowFd) throw new Stop({ kind: 'output' })
    if (fd === peerFd && state.peer !== undefined) {
      state.reply = state.peer(Buffer.concat(parts))
      state.replyPosition = 0
    } else if (fd === clockFd) {
      const elapsedNs = Number(Buffer.concat(parts).toString('latin1'))
      if (elapsedNs > 0 && Number.isFinite(elapsedNs)) state.clockNs = Math.min(state.clockNs + elapsedNs, 2 ** 60)
      checkDeadline(state)
    } else {
      state.writtenBytes += length
      if (state.writtenBytes > state.budget.maxOutputBytes) throw new Stop({ kind: 'output' })
    }
    view().setUint32(written >>> 0, length, true)
    return 0
  }

  const readReply = (vectors: number, count: number, read: number): number => {
    let total = 0
    for (const part of gather(vectors, count)) {
      const chunk = state.reply.subarray(state.replyPosition, state.replyPosition + part.length)
      part.set(chunk)
      state.replyPosition += chunk.length
      total += chunk.length
    }
    view().setUint32(read >>> 0, total, true)
    return 0
  }

  /** The files' times are those of the host's clock, and reading a file would leave its mark for the next run. */
  const statCall =
    (name: string, at: number) =>
    (...args: number[]): unknown => {
      const result = original[name]?.(...args)
      if (gate.isArmed && result === 0) {
        const data = view()
        for (const offset of statTimes) {
          data.setBigInt64(((args[at] as number) >>> 0) + offset, BigInt(epochMs / 1000), true)
          data.setUint32(((args[at] as number) >>> 0) + offset + 8, 0, true)
        }
      }
      return result
    }

  return {
    emscripten_resize_heap(requested: number) {
      // Emscripten grows by a fifth where it can; what is used of that is looked at when the call returns.
      if (gate.isArmed && requested >>> 0 > state.budget.heapBytes) {
        state.isMemoryDenied = true
        return 0
      }
      return original['emscripten_resize_heap']?.(requested)
    },
    _Py_CheckEmscriptenSignals_Helper() {
      state.signalChecks += 1
      if (gate.isArmed && state.signalChecks % signalChecksPerClockRead === 0) checkDeadline(state)
      return 0
    },
    __syscall_openat(folder: number, path: number, flags: number, rest: number) {
      if (gate.isArmed && (flags & writingFlags) !== 0) {
        gate.refused.add('open-for-write')
        return -notPermittedErrno
      }
      return original['__syscall_openat']?.(folder, path, flags, rest)
    },
    emscripten_get_now: () => (gate.isArmed ? tick(state) / 1e6 : original['emscripten_get_now']?.()),
    emscripten_date_now: () => (gate.isArmed ? epochMs + tick(state) / 1e6 : original['emscripten_date_now']?.()),
    clock_time_get(clock: number, precision: bigint, result: number) {
      if (!gate.isArmed) return original['clock_time_get']?.(clock, precision, result)
      const nowNs = BigInt(tick(state)) + (clock === 0 ? BigInt(epochMs) * 1_000_000n : 0n)
      view().setBigUint64(result >>> 0, nowNs, true)
      return 0
    },
    random_get(target: number, length: number) {
      if (!gate.isArmed) return original['random_get']?.(target, length)
      const bytes = heap().subarray(target >>> 0, (target >>> 0) + length)
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = nextRandomByte(state)
      return 0
    },
    fd_read(fd: number, vectors: number, count: number, read: number) {
      if (fd === peerFd && state.peer !== undefined) return readReply(vectors, count, read)
      if (gate.isArmed && isDevice(fd)) {
        // Terminals would read the channel to the parent.
        view().setUint32(read >>> 0, 0, true)
        return 0
      }
      return original['fd_read']?.(fd, vectors, count, read)
    },
    __syscall_umask_js(mask: number) {
      const before = state.umask
      state.umask = mask & 0o777
      return before
    },
    ...Object.fromEntries(statCalls.map(([name, at]) => [name, statCall(name, at)])),
    fd_close(fd: number) {
      // The interpreter's own files live outside of the heap image.
      return gate.isArmed && openFiles().has(fd) ? 0 : original['fd_close']?.(fd)
    },
    fd_write(fd: number, vectors: number, count: number, written: number) {
      if (!gate.isArmed) return original['fd_write']?.(fd, vectors, count, written)
      return write(fd, vectors, count, written)
    },
  }
}

/** xorshift32: for reproducible runs, not for secrets. */
function nextRandomByte(state: CallState): number {
  let x = state.randomState
  x ^= x << 13
  x ^= x >>> 17
  x ^= x << 5
  state.randomState = x >>> 0
  return state.randomState >>> 24
}

export function newCallState(): CallState {
  return {
    deadlineMs: Number.POSITIVE_INFINITY,
    cpuStartMs: 0,
    budget: idleBudget,
    writtenBytes: 0,
    signalChecks: 0,
    isMemoryDenied: false,
    clockNs: 0,
    randomState: 1,
    umask: 0o22,
    peer: undefined,
    reply: nothing,
    replyPosition: 0,
  }
}
