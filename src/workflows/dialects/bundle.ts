/**
 * A program of any dialect as one program for the sandbox: itself, the files it imports, and the Python of `runtime/` that
 * replaces the frameworks. Everything runs inside the sandbox under the same limits; operators leave it as data, as
 * always.
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Problem, problemText } from '../../core/problem.ts'
import type { OperatorSignature, WorkflowProgram } from '../../python/sandbox.ts'
import { operatorSignatures } from '../contract/index.ts'
import type { LoadedWorkflow } from './load-workflow.ts'
import { folderPackage } from './resolve-files.ts'

const runtimeFiles = ['models', 'framework', 'modules', 'other_operators', 'adapter'] as const

/** Parameters that a framework's own operators have beyond the contract; taken and without effect. */
export const surplusParameters = ['mode', 'benchmark', 'context', 'problem_type', 'question_id']

export function bundleWorkflow(workflow: LoadedWorkflow, problem: Problem, seed: number): WorkflowProgram {
  const payload = {
    dialect: workflow.dialect,
    source: workflow.code,
    className: workflow.className,
    files: workflow.files,
    file: basename(workflow.file),
    prompt: workflow.prompt,
    package: folderPackage,
    problem: problemText(problem),
    type: problem.type,
    id: problem.id,
    entry: problem.entryPoint ?? null,
    context: problem.context ?? null,
    tests: problem.publicTests ?? [],
    runtime: runtimeFiles.map((name) => [`<${name}>`, runtimeSource(name)]),
  }
  return {
    // A JSON text within a JSON text is a Python literal as well.
    code: `NAMES = dict(globals())\nimport json\nPAYLOAD = json.loads(${JSON.stringify(JSON.stringify(payload))})\nfor part in PAYLOAD["runtime"]:\n    exec(compile(part[1], part[0], "exec"))\n`,
    className: 'BatonWorkflow',
    init: { name: 'workflow', dataset: workflow.dataset ?? problem.source },
    callArgs: {},
    operators: operatorSignatures.map(withSurplus),
    seed,
  }
}

function withSurplus({ name, parameters }: OperatorSignature): OperatorSignature {
  const surplus = surplusParameters.filter((candidate) => parameters.every((parameter) => parameter.name !== candidate))
  return { name, parameters: [...parameters, ...surplus.map((extra) => ({ name: extra, isRequired: false }))] }
}

function runtimeSource(name: (typeof runtimeFiles)[number]): string {
  return readFileSync(join(import.meta.dirname, 'runtime', `${name}.py`), 'utf8')
}
