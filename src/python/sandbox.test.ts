/** The two ways in which Python runs, and the sandbox that chooses between them. */
import { BatonError } from '../core/failure.ts'
import { createSandbox, type Sandbox } from './index.ts'
import { findJail, type JailCommand } from './jail/jail-command.ts'
import { checkCodeInJail, runCodeInJail } from './jail/jail-runs.ts'
import { runWorkflowInJail } from './jail/jail-workflow.ts'
import { type SandboxPart, sandboxContract } from './sandbox-suite.ts'

sandboxContract({
  name: 'Pyodide',
  create: async (cleanup) => {
    const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 2 })
    cleanup.after(() => sandbox.close())
    return sandbox
  },
})

const parts: readonly SandboxPart[] = ['code', 'checks', 'workflows', 'limits', 'isolation', 'abort']
const found = jailHere()

sandboxContract({
  name: 'jail',
  skips: {
    compile: 'sources are compiled in Pyodide alone',
    close: 'it starts a process for each run and holds none',
    ...(typeof found === 'string' ? Object.fromEntries(parts.map((part) => [part, found])) : {}),
  },
  create: async () => jailSandbox(found as JailCommand),
})

/** @returns the jail, or why there is none here. */
function jailHere(): JailCommand | string {
  try {
    return findJail('python3')
  } catch (error) {
    if (error instanceof BatonError && error.code === 'no-jail') return error.message
    throw error
  }
}

/** Everything in the jail, where the product runs there what lacks a package only. */
function jailSandbox(jail: JailCommand): Sandbox {
  const never = new AbortController().signal
  return {
    runCode: (program, limits, signal) => runCodeInJail(jail, program, { limits, signal }),
    checkCode: (check, limits, signal) => checkCodeInJail(jail, check, { limits, signal }),
    runWorkflow: (program, perform, limits, signal = never) =>
      runWorkflowInJail(jail, { program, perform, limits, signal }),
    compile: () => Promise.reject(new Error('the jail compiles nothing')),
    close: async () => undefined,
  }
}
