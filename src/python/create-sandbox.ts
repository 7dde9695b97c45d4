/** Makes a sandbox: a pool of processes over one snapshot. See `index.ts` for what it covers and what it does not. */
import { BatonError } from '../core/failure.ts'
import { checkCodeIn, compileIn, runCodeIn } from './code-runs.ts'
import { findJail } from './jail/jail-command.ts'
import { checkCodeInJail, lacksPackage, runCodeInJail } from './jail/jail-runs.ts'
import { remembering, runWorkflowInJail } from './jail/jail-workflow.ts'
import { createInterpreterPool } from './pool.ts'
import type { Sandbox } from './sandbox.ts'
import { buildSnapshot } from './snapshot.ts'
import { runWorkflowIn } from './workflow-run.ts'

export interface SandboxOptions {
  /** Sandbox processes, started when first needed; about 130 MB each plus 48 MB or more an interpreter. Default 2. */
  readonly processes?: number
  /** Workflows that each process holds in flight without replaying them. Default 4. */
  readonly interpretersPerProcess?: number
  /** Where the snapshot (31 MB) is kept. Default `.cache/sandbox` of the project, else the system's temporary folder. */
  readonly cacheFolder?: string
  /**
   * A Python of the system (`python3`, or a path): code and checks that end for want of a package are run again on it, inside
   * bubblewrap. Default: none.
   */
  readonly systemPython?: string | null
}

const closed = { boundary: 'sandbox', code: 'closed' } as const

/**
 * Takes 2 to 4 s where the snapshot is not there yet (`buildSnapshot` makes it beforehand); close it when done.
 * @throws BatonError where `systemPython` is asked for and there is no jail for it.
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const jail = options.systemPython == null ? null : findJail(options.systemPython)
  const snapshotPath = await buildSnapshot(options.cacheFolder)
  const pool = createInterpreterPool({
    processes: options.processes ?? 2,
    interpretersPerProcess: options.interpretersPerProcess ?? 4,
    snapshotPath,
  })
  const closing = new AbortController()
  /** Ends a run with its caller's signal, or with the sandbox. */
  const untilClosed = (signal: AbortSignal | undefined): AbortSignal => {
    if (closing.signal.aborted) throw new BatonError('the Python sandbox is closed', closed)
    return signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])
  }
  const close = (): Promise<void> => {
    closing.abort(new BatonError('the Python sandbox was closed', closed))
    return pool.close()
  }
  return {
    async runWorkflow(program, perform, limits, given) {
      const signal = untilClosed(given)
      if (jail === null) return runWorkflowIn(pool, { program, perform, limits, signal })
      const options = { program, perform: remembering(perform), limits, signal }
      const result = await runWorkflowIn(pool, options)
      return lacksPackage(result) ? runWorkflowInJail(jail, options) : result
    },
    async runCode(program, limits, given) {
      const signal = untilClosed(given)
      const result = await runCodeIn(pool, program, { limits, signal })
      return jail !== null && lacksPackage(result) ? runCodeInJail(jail, program, { limits, signal }) : result
    },
    async checkCode(check, limits, given) {
      const signal = untilClosed(given)
      const result = await checkCodeIn(pool, check, { limits, signal })
      return jail !== null && lacksPackage(result) ? checkCodeInJail(jail, check, { limits, signal }) : result
    },
    async compile(code, signal) {
      return compileIn(pool, code, untilClosed(signal))
    },
    close,
  }
}
