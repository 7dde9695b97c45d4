/**
 * Model-written Python, run where it can do no harm.
 *
 * Covers: files, processes, network, environment and JavaScript of the host are out of reach; CPU time, wall time, memory,
 * output and operator calls are limited; every run starts from the same state and depends on its program, seed and
 * replies alone; a candidate cannot forge the verdict on it, nor a workflow its costs.
 * Does not cover: bugs of V8 itself, timing side channels, packages beyond the standard library. See docs/sandbox.md.
 */
export { createSandbox, type SandboxOptions } from './create-sandbox.ts'
export type {
  CheckResult,
  CodeCheck,
  CodeProgram,
  CodeResult,
  OperatorCall,
  OperatorReply,
  OperatorSignature,
  PythonError,
  Sandbox,
  SandboxLimits,
  SandboxStop,
  TestOutcome,
  WorkflowProgram,
  WorkflowResult,
} from './sandbox.ts'
export { buildSnapshot } from './snapshot.ts'
