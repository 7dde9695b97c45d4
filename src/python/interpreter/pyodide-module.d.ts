/** The WebAssembly glue of Pyodide, which ships without types: a factory called with emscripten's settings. */
declare module 'pyodide/pyodide.asm.mjs' {
  const createPyodideModule: (settings: object) => Promise<object>
  // biome-ignore lint/style/noDefaultExport: it describes the package's own export.
  export default createPyodideModule
}

/** The part of the WebAssembly interface that is used here; the compiler's `es2024` library has none of it. */
declare namespace WebAssembly {
  /** Compiled code; opaque. */
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module'
  }
  interface Instance {
    readonly exports: object
  }
  type Imports = Record<string, object>
  function compile(bytes: Uint8Array): Promise<Module>
  function instantiate(module: Module, imports: Imports): Promise<Instance>
}
