/**
 * One Python interpreter that can be put back to its first state in a millisecond or two.
 *
 * The host calls harness functions, text in and text out, through the C API. A call ends with a value or with a reason
 * why it was stopped; after a stop the interpreter must be restored before the next call. Restoring copies the whole heap
 * image back, which works because an armed interpreter holds no state outside of it but open in-memory files.
 *
 * Time, clocks and randomness inside are virtual: a run depends on its inputs and its seed alone.
 */

import { type EntryPoint, entryPoints } from './harness-sources.ts'
import { type Firewall, type ImportTable, raiseFirewall, Stop, type StopReason } from './import-firewall.ts'
import { type BootedPyodide, bootPyodide } from './pyodide.ts'

export interface CallBudget {
  /** CPU time of this thread that the call may use. */
  readonly cpuMs: number
  /** Size that the heap may reach, in bytes. */
  readonly heapBytes: number
  /** Longest text that the call may return, and most bytes it may write to files, in bytes. */
  readonly maxOutputBytes: number
}

export type CallOutcome =
  | { readonly kind: 'value'; readonly text: string }
  | StopReason
  | { readonly kind: 'memory' }
  | { readonly kind: 'recursion' }
  /** The WebAssembly code trapped; restoring mends it. */
  | { readonly kind: 'trapped'; readonly message: string }

/** Answers a message that Python wrote to the peer descriptor; may throw a `Stop`. */
export type Peer = (message: Uint8Array) => Uint8Array

/** A stretch of the heap; the gaps between stretches are zeros. */
interface Segment {
  readonly start: number
  readonly bytes: Uint8Array
}

export interface BaseImage {
  readonly segments: readonly Segment[]
  /** Size of the heap, and where the part that was ever given out ends. */
  readonly heapBytes: number
  readonly breakAt: number
  readonly stackPointer: number
  readonly openFiles: ReadonlySet<number>
  readonly functions: Readonly<Record<EntryPoint, number>>
}

export interface Interpreter {
  readonly base: BaseImage
  /** Back to the first state, with the clock at its epoch and randomness seeded. */
  restore(seed: number): void
  call(entry: EntryPoint, request: string, budget: CallBudget, peer?: Peer): CallOutcome
  /** What was refused softly since the last restore. */
  refused(): readonly string[]
  heapBytes(): number
}

const epochMs = Date.UTC(2026, 0, 1)
const peerFd = 77
const clockFd = 78
const overflowFd = 79
const notPermittedErrno = 63
/** Flags of open(2) that could change a file: write, create, truncate, append. */
const writingFlags = 3 | 64 | 512 | 1024
const signalChecksPerClockRead = 32

/** What the imports see of the call in progress. */
interface CallState {
  deadlineMs: number
  cpuStartMs: number
  budget: CallBudget
  writtenBytes: number
  signalChecks: number
  isMemoryDenied: boolean
  clockNs: number
  randomState: number
  peer: Peer | undefined
  reply: Uint8Array
  replyPosition: number
}

const idleBudget: CallBudget = { cpuMs: Number.POSITIVE_INFINITY, heapBytes: 2 ** 31, maxOutputBytes: 2 ** 31 }
const nothing = new Uint8Array(0)
const encoder = new TextEncoder()
const decoder = new TextDecoder()

function threadCpuMs(): number {
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

/** The host's own implementations of imports; `booted()` is the instance they serve. */
function makeOwnImports(imports: ImportTable, state: CallState, isArmed: () => boolean, booted: () => BootedPyodide) {
  const original = { ...imports } as Record<string, NonNullable<ImportTable[string]>>
  const heap = (): Uint8Array => booted().module.HEAPU8
  const view = (): DataView => new DataView(heap().buffer)
  const isDevice = (fd: number): boolean => {
    const stream = booted().module.FS.streams[fd]
    return stream?.tty !== undefined || (stream?.node !== undefined && booted().module.FS.isChrdev(stream.node.mode))
  }

  /** Sum of the buffers' lengths, and their bytes if wanted. */
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
      const elapsedNs = Number(decoder.decode(Buffer.concat(parts)))
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

  const own: ImportTable = {
    emscripten_resize_heap(requested: number) {
      const wanted = requested >>> 0
      // Emscripten grows by a fifth where it can; what it would really take decides.
      const grown = Math.max(wanted, Math.min(heap().length * 1.2, wanted + 100_663_296))
      if (isArmed() && grown > state.budget.heapBytes) {
        state.isMemoryDenied = true
        return 0
      }
      return original['emscripten_resize_heap']?.(requested)
    },
    _Py_CheckEmscriptenSignals_Helper() {
      state.signalChecks += 1
      if (isArmed() && state.signalChecks % signalChecksPerClockRead === 0) checkDeadline(state)
      return 0
    },
    __syscall_openat(folder: number, path: number, flags: number, rest: number) {
      if (isArmed() && (flags & writingFlags) !== 0) {
        refuse('open-for-write')
        return -notPermittedErrno
      }
      return original['__syscall_openat']?.(folder, path, flags, rest)
    },
    emscripten_get_now: () => (isArmed() ? tick(state) / 1e6 : original['emscripten_get_now']?.()),
    emscripten_date_now: () => (isArmed() ? epochMs + tick(state) / 1e6 : original['emscripten_date_now']?.()),
    clock_time_get(clock: number, precision: bigint, result: number) {
      if (!isArmed()) return original['clock_time_get']?.(clock, precision, result)
      const nowNs = BigInt(tick(state)) + (clock === 0 ? BigInt(epochMs) * 1_000_000n : 0n)
      view().setBigUint64(result >>> 0, nowNs, true)
      return 0
    },
    random_get(target: number, length: number) {
      if (!isArmed()) return original['random_get']?.(target, length)
      const bytes = heap().subarray(target >>> 0, (target >>> 0) + length)
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = nextRandomByte(state)
      return 0
    },
    fd_read(fd: number, vectors: number, count: number, read: number) {
      if (fd === peerFd && state.peer !== undefined) return readReply(vectors, count, read)
      if (isArmed() && isDevice(fd)) {
        // Terminals would read the channel to the parent.
        view().setUint32(read >>> 0, 0, true)
        return 0
      }
      return original['fd_read']?.(fd, vectors, count, read)
    },
    fd_write(fd: number, vectors: number, count: number, written: number) {
      if (!isArmed()) return original['fd_write']?.(fd, vectors, count, written)
      return write(fd, vectors, count, written)
    },
  }
  let refuse: (what: string) => void = () => undefined
  return {
    own,
    onRefuse(report: (what: string) => void) {
      refuse = report
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

function newCallState(): CallState {
  return {
    deadlineMs: Number.POSITIVE_INFINITY,
    cpuStartMs: 0,
    budget: idleBudget,
    writtenBytes: 0,
    signalChecks: 0,
    isMemoryDenied: false,
    clockNs: 0,
    randomState: 1,
    peer: undefined,
    reply: nothing,
    replyPosition: 0,
  }
}

/**
 * Boots from the snapshot and arms the firewall.
 * @param base the image of an interpreter booted before from the same snapshot; shared, never written.
 */
export async function createInterpreter(
  parts: { readonly wasm: WebAssembly.Module; readonly snapshot: Uint8Array },
  base?: BaseImage,
): Promise<Interpreter> {
  const state = newCallState()
  let isArmed = false
  let firewall: Firewall | undefined
  let instance: BootedPyodide | undefined
  const booted = await bootPyodide({
    ...parts,
    patchImports(imports) {
      const { own, onRefuse } = makeOwnImports(
        imports,
        state,
        () => isArmed,
        () => instance as BootedPyodide,
      )
      firewall = raiseFirewall(imports, own)
      onRefuse((what) => firewall?.refused.add(what))
    },
  })
  instance = booted
  const { module, exports } = booted
  const functions = findFunctions(booted)
  firewall?.arm()
  isArmed = true
  const image = base ?? takeImage(booted, functions)
  for (const name of Object.keys(entryPoints) as EntryPoint[]) {
    if (image.functions[name] !== functions[name]) throw new Error('two boots of one snapshot differ')
  }

  let isSuspect = true
  const restore = (seed: number): void => {
    module.FS.streams.forEach((stream, fd) => {
      if (stream != null && !image.openFiles.has(fd)) module.FS.close(stream)
    })
    if (isSuspect) restoreHeap(module.HEAPU8, image.segments)
    else restoreUsedHeap(module.HEAPU8, image, exports.sbrk(0) >>> 0)
    isSuspect = false
    exports._emscripten_stack_restore(image.stackPointer)
    firewall?.refused.clear()
    Object.assign(state, newCallState(), { randomState: (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1 })
  }

  const call = (entry: EntryPoint, request: string, budget: CallBudget, peer?: Peer): CallOutcome => {
    Object.assign(state, { budget, peer, cpuStartMs: threadCpuMs(), deadlineMs: performance.now() + budget.cpuMs })
    try {
      return callText(booted, image.functions[entry], request, state)
    } catch (error) {
      isSuspect = true
      return describeStop(error, state)
    } finally {
      state.deadlineMs = Number.POSITIVE_INFINITY
      state.peer = undefined
    }
  }

  return {
    base: image,
    restore,
    call,
    refused: () => [...(firewall?.refused ?? [])],
    heapBytes: () => module.HEAPU8.length,
  }
}

function describeStop(error: unknown, state: CallState): CallOutcome {
  if (error instanceof Stop) return error.reason
  if (error instanceof RangeError) return { kind: 'recursion' }
  if (state.isMemoryDenied) return { kind: 'memory' }
  return { kind: 'trapped', message: error instanceof Error ? error.message.slice(0, 300) : 'unknown' }
}

/** Calls a Python function of one text with one text. */
function callText(
  { module, exports }: BootedPyodide,
  callable: number,
  request: string,
  state: CallState,
): CallOutcome {
  const bytes = encoder.encode(request)
  const text = exports.malloc(bytes.length + 1) >>> 0
  if (text === 0) return { kind: 'memory' }
  module.HEAPU8.set(bytes, text)
  const argument = exports.PyUnicode_FromStringAndSize(text, bytes.length)
  exports.free(text)
  if (argument === 0) return { kind: 'memory' }
  const result = exports.PyObject_CallOneArg(callable, argument)
  exports.Py_DecRef(argument)
  const size = exports.malloc(8) >>> 0
  const utf8 = result === 0 || size === 0 ? 0 : exports.PyUnicode_AsUTF8AndSize(result, size) >>> 0
  if (utf8 === 0) {
    exports.PyErr_Clear()
    if (state.isMemoryDenied) return { kind: 'memory' }
    return { kind: 'violation', what: 'the program changed the code that runs it' }
  }
  const length = new DataView(module.HEAPU8.buffer).getUint32(size, true)
  if (length > state.budget.maxOutputBytes) return { kind: 'output' }
  const value = decoder.decode(module.HEAPU8.subarray(utf8, utf8 + length))
  exports.free(size)
  exports.Py_DecRef(result)
  return { kind: 'value', text: value }
}

function findFunctions({ module, exports }: BootedPyodide): Record<EntryPoint, number> {
  const withText = <T>(text: string, use: (pointer: number) => T): T => {
    const bytes = encoder.encode(`${text}\0`)
    const pointer = exports.malloc(bytes.length) >>> 0
    module.HEAPU8.set(bytes, pointer)
    const result = use(pointer)
    exports.free(pointer)
    return result
  }
  const found = Object.entries(entryPoints).map(([entry, [moduleName, name]]) => {
    const holder = withText(moduleName, (pointer) => exports.PyImport_ImportModule(pointer))
    const pointer = holder === 0 ? 0 : withText(name, (text) => exports.PyObject_GetAttrString(holder, text))
    if (pointer === 0) throw new Error(`the harness has no ${moduleName}.${name}`)
    return [entry, pointer]
  })
  return Object.fromEntries(found) as Record<EntryPoint, number>
}

/** Shorter runs of zeros are copied along: a call each would cost more. */
const gapBytes = 65_536

/** Cuts the heap, a third of which is unused stack, into stretches between runs of zeros. */
function findSegments(heap: Uint8Array): Segment[] {
  const segments: Segment[] = []
  let start = -1
  const blocks = heap.length / gapBytes
  for (let block = 0; block <= blocks; block += 1) {
    const isUsed = block < blocks && heap.subarray(block * gapBytes, (block + 1) * gapBytes).some((byte) => byte !== 0)
    if (isUsed && start < 0) start = block * gapBytes
    if (!isUsed && start >= 0) {
      segments.push({ start, bytes: heap.slice(start, block * gapBytes) })
      start = -1
    }
  }
  return segments
}

/** After a call that was cut short: every byte as in the image. */
function restoreHeap(heap: Uint8Array, segments: readonly Segment[]): void {
  let end = 0
  for (const { start, bytes } of segments) {
    heap.fill(0, end, start)
    heap.set(bytes, start)
    end = start + bytes.length
  }
  heap.fill(0, end)
}

/** After calls that returned: the dead part of the stack, and memory that was never given out, stay as they are. */
function restoreUsedHeap(heap: Uint8Array, image: BaseImage, breakAt: number): void {
  for (const { start, bytes } of image.segments) heap.set(bytes, start)
  if (breakAt > image.breakAt) heap.fill(0, image.breakAt, breakAt)
}

function takeImage({ module, exports }: BootedPyodide, functions: BaseImage['functions']): BaseImage {
  const openFiles = new Set<number>()
  module.FS.streams.forEach((stream, fd) => {
    if (stream != null) openFiles.add(fd)
  })
  return {
    segments: findSegments(module.HEAPU8),
    heapBytes: module.HEAPU8.length,
    breakAt: exports.sbrk(0) >>> 0,
    stackPointer: exports.emscripten_stack_get_current(),
    openFiles,
    functions,
  }
}
