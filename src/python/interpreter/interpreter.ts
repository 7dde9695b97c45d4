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
import { type BaseImage, findSegments, restoreHeap, restoreUsedHeap } from './heap-image.ts'
import { type Gate, type InterpreterStop, raiseFirewall, Stop } from './import-firewall.ts'
import { type CallBudget, type CallState, makeOwnImports, newCallState, type Peer, threadCpuMs } from './own-imports.ts'
import { type BootedPyodide, bootPyodide } from './pyodide.ts'

export type InterpreterOutcome =
  | { readonly kind: 'value'; readonly text: string }
  | InterpreterStop
  | { readonly kind: 'memory' }
  | { readonly kind: 'recursion' }
  /** The WebAssembly code trapped; restoring repairs it. */
  | { readonly kind: 'trapped'; readonly message: string }

export interface Interpreter {
  readonly base: BaseImage
  /** Back to the first state, with the clock at its epoch and randomness seeded. */
  restore(seed: number): void
  call(entry: EntryPoint, request: string, budget: CallBudget, peer?: Peer): InterpreterOutcome
  /** What was refused softly since the last restore. */
  refused(): readonly string[]
  heapBytes(): number
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Boots from the snapshot and arms the firewall.
 * @param base the image of an interpreter booted before from the same snapshot; shared, never written.
 */
export async function createInterpreter(
  parts: { readonly wasm: WebAssembly.Module; readonly snapshot: Uint8Array },
  base?: BaseImage,
): Promise<Interpreter> {
  const state = newCallState()
  const gate: Gate = { isArmed: false, refused: new Set() }
  let instance: BootedPyodide | undefined
  let openFiles: ReadonlySet<number> = new Set()
  const booted = await bootPyodide({
    ...parts,
    patchImports(imports) {
      const module = () => (instance as BootedPyodide).module
      raiseFirewall(imports, makeOwnImports({ imports, state, gate, module, openFiles: () => openFiles }), gate)
    },
  })
  instance = booted
  const { module, exports } = booted
  const functions = findFunctions(booted)
  gate.isArmed = true
  const image = base ?? takeImage(booted, functions)
  for (const name of Object.keys(entryPoints) as EntryPoint[]) {
    if (image.functions[name] !== functions[name]) throw new Error('two boots of one snapshot differ')
  }

  openFiles = image.openFiles

  let isSuspect = true
  const restore = (seed: number): void => {
    module.FS.streams.forEach((stream, fd) => {
      if (stream != null && !image.openFiles.has(fd)) module.FS.close(stream)
    })
    if (isSuspect) restoreHeap(module.HEAPU8, image)
    else restoreUsedHeap(module.HEAPU8, image, exports.sbrk(0) >>> 0)
    isSuspect = false
    exports._emscripten_stack_restore(image.stackPointer)
    gate.refused.clear()
    Object.assign(state, newCallState(), { randomState: (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1 })
  }

  let depth = 0
  const call = (entry: EntryPoint, request: string, budget: CallBudget, peer?: Peer): InterpreterOutcome => {
    // A call may come while another one waits for its peer: Python has let go of its lock there.
    const outer = { ...state }
    const lock = depth > 0 ? exports.PyGILState_Ensure() : null
    Object.assign(state, { budget, peer, cpuStartMs: threadCpuMs(), deadlineMs: performance.now() + budget.cpuMs })
    depth += 1
    try {
      const outcome = callText(booted, image.functions[entry], { request, state })
      if (lock !== null) exports.PyGILState_Release(lock)
      return outcome
    } catch (error) {
      isSuspect = true
      return describeStop(error, state)
    } finally {
      depth -= 1
      state.deadlineMs = depth > 0 ? outer.deadlineMs : Number.POSITIVE_INFINITY
      state.peer = depth > 0 ? outer.peer : undefined
      if (depth > 0) Object.assign(state, { budget: outer.budget, cpuStartMs: outer.cpuStartMs })
    }
  }

  return {
    base: image,
    restore,
    call,
    refused: () => [...gate.refused],
    heapBytes: () => module.HEAPU8.length,
  }
}

function describeStop(error: unknown, state: CallState): InterpreterOutcome {
  if (error instanceof Stop) return error.reason
  if (error instanceof RangeError) return { kind: 'recursion' }
  if (state.isMemoryDenied) return { kind: 'memory' }
  return { kind: 'trapped', message: error instanceof Error ? error.message.slice(0, 300) : 'unknown' }
}

/** Calls a Python function of one text with one text. */
function callText(
  { module, exports }: BootedPyodide,
  callable: number,
  { request, state }: { readonly request: string; readonly state: CallState },
): InterpreterOutcome {
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
  // What was given out decides, and a denial is final: how far an earlier run had grown the heap must not.
  if (state.isMemoryDenied || exports.sbrk(0) >>> 0 > state.budget.heapBytes) return { kind: 'memory' }
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
