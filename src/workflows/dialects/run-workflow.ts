/** Runs a loaded workflow on one problem; what goes wrong is classified, with codes of its own for the mistakes of published programs. */
import type { Failure } from '../../core/failure.ts'
import type { Problem } from '../../core/problem.ts'
import { hashKey } from '../../core/random.ts'
import { type ExecutionContext, type ProgramRun, type RunDeps, runProgram } from '../execution/index.ts'
import { bundleWorkflow } from './bundle.ts'
import type { LoadedWorkflow } from './load-workflow.ts'

export async function runWorkflow(
  workflow: LoadedWorkflow,
  { problem, deps }: { readonly problem: Problem; readonly deps: RunDeps },
  context: ExecutionContext,
): Promise<ProgramRun> {
  const failure = await compileFailure(workflow, deps, context)
  if (failure !== null) return { outcome: 'failed', prediction: '', operators: [], violations: [], failures: [failure] }
  const program = bundleWorkflow(workflow, problem, hashKey([...context.key, 'workflow']))
  const ran = await runProgram(program, { problem, deps }, context)
  return { ...ran, failures: ran.failures.map(refined) }
}

async function compileFailure(
  workflow: LoadedWorkflow,
  { sandbox }: RunDeps,
  { signal }: ExecutionContext,
): Promise<Failure | null> {
  const error = await sandbox.compile(workflow.code, signal)
  if (error === null) return null
  const where = error.line === null ? '' : ` (line ${error.line})`
  return { boundary: 'policy', code: 'syntax-error', message: `The program is not Python: ${error.message}${where}` }
}

/** The most frequent mistakes of published programs, distinguished from other errors of the same Python type. */
const knownMistakes: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/module '[\w.]*\bprompts?(?:_custom)?' has no attribute/, 'missing-prompt'],
  [/cannot import name '\w+' from '[\w.]*\bprompts?(?:_custom)?'/, 'missing-prompt'],
  [
    /module '(?:[\w.]*\.)?operators?' has no attribute|cannot import name '\w+' from '[\w.]*\boperators?'/,
    'unknown-operator',
  ],
  [/needs the LLM of the workflow|missing 1 required positional argument: 'llm'/, 'operator-without-llm'],
  [
    /__call__\(\) (?:got an unexpected keyword|missing \d+ required|takes \d+ positional|got multiple values)/,
    'operator-arguments',
  ],
  [/is not available in the sandbox/, 'missing-package'],
  [/the program has no class with/, 'no-class'],
  [/'coroutine' object|can't be used in 'await'/, 'not-awaited'],
]

function refined(failure: Failure): Failure {
  if (failure.boundary !== 'sandbox') return failure
  const found = knownMistakes.find(([pattern]) => pattern.test(failure.message))
  return found === undefined ? failure : { ...failure, boundary: 'policy', code: found[1] }
}
