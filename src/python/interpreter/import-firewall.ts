/**
 * The wall between the interpreter and Node: Pyodide's WebAssembly module has some 270 imported functions, and a run
 * needs about 40 of them. Everything else is refused: what programs meet in ordinary life (sockets, writes) returns an
 * errno that Python turns into an exception, and the rest, all that can reach JavaScript, throws a `Stop`, which unwinds
 * every frame and cannot be caught by Python.
 *
 * The record that is patched is emscripten's own table of imports, so dynamic look-ups go through it too.
 */

export type InterpreterStop =
  | { readonly kind: 'deadline' }
  | { readonly kind: 'output' }
  | { readonly kind: 'violation'; readonly what: string }

/** Thrown through the interpreter's frames: the run is over, and the heap is restored before anything else runs. */
export class Stop extends Error {
  readonly reason: InterpreterStop

  constructor(reason: InterpreterStop) {
    super(`the sandbox stopped the run: ${reason.kind}`)
    this.reason = reason
  }
}

/** biome-ignore lint/suspicious/noExplicitAny: imports take what the WebAssembly signature says. */
type ImportFunction = ((...args: any[]) => unknown) & { sig?: string; stub?: boolean }
export type ImportTable = Record<string, ImportFunction>

/** Passed on to emscripten: clocks, reading of its in-memory files, time zones, facts about the process. */
const allowedImports = new Set([
  '_PyEM_TrampolineCall_JS',
  '_Py_emscripten_runtime',
  '_emscripten_lookup_name',
  '_gmtime_js',
  '_localtime_js',
  '_mktime_js',
  '_timegm_js',
  '_tzset_js',
  '__syscall_faccessat',
  '__syscall_fcntl64',
  '__syscall_fstatfs64',
  '__syscall_getcwd',
  '__syscall_getdents64',
  '__syscall_getuid32_js',
  '__syscall_poll',
  '__syscall_readlinkat',
  '__syscall_statfs64',
  'can_run_sync_js',
  'clock_res_get',
  'emscripten_get_heap_max',
  'environ_get',
  'environ_sizes_get',
  'fd_fdstat_get',
  'fd_pread',
  'fd_seek',
])

export const notPermittedErrno = 63

/** System calls that answer "operation not permitted" as negative errno. */
const refusedSystemCalls = new Set(
  [
    'accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmsg sendmsg sendto socket',
    'chmod dup dup3 fallocate fchmod fchmodat2 fchown32 fchownat ftruncate64 mkdirat mknodat pipe renameat rmdir',
    'symlinkat truncate64 unlinkat utimensat',
  ].flatMap((line) => line.split(' ').map((name) => `__syscall_${name}`)),
)
for (const name of ['_emscripten_system', 'getaddrinfo', 'getnameinfo', '_setitimer_js']) refusedSystemCalls.add(name)

/** WASI calls that answer the errno itself. */
const refusedFileCalls = new Set(['fd_pwrite', 'fd_sync'])

/** Shared by the firewall and the host's own imports. */
export interface Gate {
  /** Denials are in force. */
  isArmed: boolean
  /** What was refused softly since the last restore: Python saw an errno. */
  readonly refused: Set<string>
}

/**
 * Replaces every function of `imports` that is neither allowed nor in `own`.
 * @param own the host's implementations (clock, output, memory limit), which may call the originals.
 */
export function raiseFirewall(imports: ImportTable, own: ImportTable, gate: Gate): void {
  for (const [name, original] of Object.entries(imports)) {
    if (typeof original !== 'function' || (allowedImports.has(name) && own[name] === undefined)) continue
    const guarded = own[name] ?? guard(name, original, gate)
    if (original.sig !== undefined) guarded.sig = original.sig
    if (original.stub !== undefined) guarded.stub = original.stub
    imports[name] = guarded
  }
}

function guard(name: string, original: ImportFunction, gate: Gate): ImportFunction {
  return function (this: unknown, ...args: unknown[]): unknown {
    if (!gate.isArmed) return original.apply(this, args)
    if (refusedSystemCalls.has(name) || refusedFileCalls.has(name)) {
      gate.refused.add(name.replace(/^__syscall_/, ''))
      return refusedFileCalls.has(name) ? notPermittedErrno : -notPermittedErrno
    }
    throw new Stop({ kind: 'violation', what: name })
  }
}
