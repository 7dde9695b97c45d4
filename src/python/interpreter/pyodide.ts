/**
 * Boots one Pyodide instance with our own imports, from nothing (to make the snapshot) or from the snapshot.
 *
 * Pyodide's JavaScript bridge is not used: no proxies, no globals of Node's; the caller talks to CPython's C API. Pinned
 * to one exact version of Pyodide, whose internals it relies on.
 */
import { constants as fileConstants } from 'node:fs'
import { constants as systemConstants } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadPyodide } from 'pyodide'
import createPyodideModule from 'pyodide/pyodide.asm.mjs'
import { type ImportTable, Stop } from './import-firewall.ts'

/** What is used of CPython's and emscripten's exports; pointers are numbers, 0 is NULL. */
export interface PythonExports {
  malloc(size: number): number
  free(pointer: number): void
  PyImport_ImportModule(name: number): number
  PyObject_GetAttrString(object: number, name: number): number
  PyObject_CallOneArg(callable: number, argument: number): number
  PyUnicode_FromStringAndSize(text: number, length: number): number
  PyUnicode_AsUTF8AndSize(object: number, size: number): number
  PyErr_Clear(): void
  PyGILState_Ensure(): number
  PyGILState_Release(state: number): void
  Py_DecRef(object: number): void
  emscripten_stack_get_current(): number
  /** With 0: the end of the memory given out so far. */
  sbrk(increment: number): number
  _emscripten_stack_restore(pointer: number): void
}

interface FileStream {
  readonly tty?: unknown
  readonly node?: { readonly mode: number }
}

export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array
  readonly FS: {
    readonly streams: readonly (FileStream | null | undefined)[]
    close(stream: FileStream): void
    isChrdev(mode: number): boolean
  }
}

export interface BootedPyodide {
  readonly module: EmscriptenModule
  readonly exports: PythonExports
  /** Before arming only: the bridge that makes the snapshot. */
  readonly bridge: {
    runPython(code: string): unknown
    setInterruptBuffer(buffer: Uint8Array): void
    makeMemorySnapshot(): Uint8Array
  }
}

export interface BootOptions {
  readonly wasm: WebAssembly.Module
  /** Absent: a full boot, able to make a snapshot. */
  readonly snapshot?: Uint8Array
  /** Called once with the import table, before instantiation. */
  readonly patchImports: (imports: ImportTable) => void
}

/** Pyodide asks for two tables of constants in a way that the permission model denies. */
function replaceProcessBinding(): void {
  const binding = (name: string): object => {
    if (name === 'constants') return { fs: fileConstants, os: systemConstants }
    throw new Stop({ kind: 'violation', what: `process.binding(${name})` })
  }
  Object.assign(process, { binding })
}

/** Pyodide reads the WebAssembly file for each instance, unused here, unless it sees this name of emscripten's. */
function skipOwnWasm(): void {
  Object.assign(globalThis, { WasmOffsetConverter: Object })
}

/** An interpreter acts when it is called and at no other time: V8's garbage collector must not call into one. */
function dropFinalizers(): void {
  Object.assign(globalThis, { FinalizationRegistry: SilentRegistry })
}

class SilentRegistry {
  register(): void {}
  unregister(): boolean {
    return false
  }
}

const emptyLockFile = JSON.stringify({
  info: { abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten_5_0_3', python: '3.14.2' },
  packages: {},
})

export function pyodideFolder(): string {
  return `${dirname(fileURLToPath(import.meta.resolve('pyodide/package.json')))}/`
}

export async function bootPyodide(options: BootOptions): Promise<BootedPyodide> {
  replaceProcessBinding()
  skipOwnWasm()
  dropFinalizers()
  let exports: PythonExports | undefined
  const missing = Symbol('no JavaScript error')
  const instantiateWasm = (
    imports: { env: ImportTable } & WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object => {
    imports.env['Jsv_GetError_import'] = () => missing
    imports.env['JsvError_Check'] = (value: unknown) => (value === missing ? 1 : 0)
    options.patchImports(imports.env)
    WebAssembly.instantiate(options.wasm, imports).then((instance) => {
      exports = instance.exports as unknown as PythonExports
      receive(instance, options.wasm)
    })
    return {}
  }
  const folder = pyodideFolder()
  const settings = {
    indexURL: folder,
    packageBaseUrl: folder,
    lockFileContents: emptyLockFile,
    jsglobals: Object.assign(Object.create(null), { Object, setTimeout, clearTimeout }),
    env: { HOME: '/home/pyodide', PYTHONHASHSEED: '0' },
    enableRunUntilComplete: false,
    stdin: () => undefined,
    stdout: () => undefined,
    stderr: () => undefined,
    createPyodideModule: (emscripten: object) => createPyodideModule({ ...emscripten, instantiateWasm }),
    ...(options.snapshot === undefined ? { _makeSnapshot: true } : { _loadSnapshot: options.snapshot }),
  }
  const pyodide = await loadPyodide(settings as unknown as Parameters<typeof loadPyodide>[0])
  if (exports === undefined) throw new Error('Pyodide came up without its WebAssembly instance')
  return {
    module: (pyodide as unknown as { _module: EmscriptenModule })._module,
    exports,
    bridge: pyodide as unknown as BootedPyodide['bridge'],
  }
}
