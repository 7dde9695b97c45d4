/** Makes the heap snapshot that interpreters boot from: CPython started, the standard modules and the harness imported. */
import { readFileSync } from 'node:fs'
import { harnessSources, installScript } from './harness-sources.ts'
import { type ImportTable, raiseFirewall } from './import-firewall.ts'
import { bootPyodide, pyodideFolder } from './pyodide.ts'

export async function compilePython(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(`${pyodideFolder()}pyodide.asm.wasm`))
}

/** About 31 MB; takes 2 to 4 s of CPU. */
export async function makeSnapshot(): Promise<Uint8Array> {
  // Wrapped imports take other places in the function table than bare ones: both boots must wrap the same.
  const patchImports = (imports: ImportTable): void => {
    raiseFirewall(imports, {}, { isArmed: false, refused: new Set() })
  }
  const { bridge } = await bootPyodide({ wasm: await compilePython(), patchImports })
  bridge.runPython(installScript(harnessSources()))
  // Turns on CPython's periodic check for signals, where the deadline is enforced.
  bridge.setInterruptBuffer(new Uint8Array(1))
  bridge.runPython('1')
  return bridge.makeMemorySnapshot()
}
