/**
 * The validator: a program's text against the contract. It reads and never runs the program; what it cannot read off
 * (types, values) it leaves to the sandbox.
 */
import type { ProblemType } from '../../core/problem.ts'
import type { PythonAnalyzer, PythonFunction, PythonModule, Span } from '../../python/analysis/index.ts'
import { type ContractName, workflowClass } from '../contract/index.ts'
import { checkClass } from './check-class.ts'
import { checkNames } from './check-names.ts'
import { checkOperators, operatorOfCall } from './check-operators.ts'
import type { Finding, OperatorUse, Validation } from './findings.ts'
import { readWorkflow, type WorkflowModel } from './workflow-model.ts'

/** @param contract which operators the policy was offered; any other is a broken rule. */
export function validateProgram(
  code: string,
  problemType: ProblemType,
  { analyzer, contract = 'full' }: { readonly analyzer: PythonAnalyzer; readonly contract?: ContractName | undefined },
): Validation {
  const module = analyzer.analyze(code)
  const model = readWorkflow(module)
  const findings = firstOf(findingsIn(module, model, { problemType, contract }))
  findings.sort((a, b) => a.line - b.line || a.span.start - b.span.start)
  return {
    problemType,
    contract,
    isValid: findings.every((finding) => finding.severity !== 'error'),
    findings: findings.map((finding) => ({ ...finding, span: bareSpan(finding.span) })),
    operators: model === null ? [] : operatorUses(model),
  }
}

function* findingsIn(
  module: PythonModule,
  model: WorkflowModel | null,
  { problemType, contract }: { readonly problemType: ProblemType; readonly contract: ContractName },
): Generator<Finding> {
  yield* checkModule(module, model)
  if (model === null) return
  yield* checkClass(model)
  yield* checkOperators(model, problemType, contract)
  yield* checkNames(model)
}

/** A program with more is not worth more of anyone's time. */
const maxFindings = 200

function firstOf(findings: Iterable<Finding>): Finding[] {
  const first: Finding[] = []
  for (const finding of findings) {
    if (first.length === maxFindings) {
      const message = `More than ${maxFindings} findings: the rest is not looked for.`
      return [
        ...first,
        { kind: 'syntax-error', severity: 'error', line: 1, span: { start: 0, end: 0, line: 1 }, message },
      ]
    }
    first.push(finding)
  }
  return first
}

/** Findings are data for the journal: only the place of the fact they come from is kept. */
function bareSpan({ start, end, line }: Span): Span {
  return { start, end, line }
}

/** Statements a module may have besides the class. */
const quietStatements =
  /^(import_statement|import_from_statement|future_import_statement|class_definition|function_definition|decorated_definition|if_statement|try_statement|pass_statement|comment)$/

function* checkModule(module: PythonModule, model: WorkflowModel | null): Generator<Finding> {
  if (model === null) {
    const span = { start: 0, end: 0, line: 1 }
    const message = `There is no class ${workflowClass.name}.`
    yield { kind: 'no-class', severity: 'error', line: 1, span, message }
  }
  for (const problem of module.syntaxErrors) {
    const { line, message } = problem
    yield { kind: 'syntax-error', severity: 'error', line, span: problem, message: `${message}.` }
  }
  for (const statement of module.statements) {
    const isQuiet = quietStatements.test(statement.type) || statement.isAssignment || statement.isString
    if (isQuiet || model === null) continue
    const message = 'Code or text around the class does not belong to the program.'
    yield { kind: 'leaked-code', severity: 'error', line: statement.line, span: statement, message }
  }
}

/** Calls that are followed: helpers that call each other would make them as many as one likes. */
const maxFollowedCalls = 10_000

/** Operator calls from `__call__` on, helpers expanded where they are called. */
function operatorUses(model: WorkflowModel): OperatorUse[] {
  const uses: OperatorUse[] = []
  const selves = new Map(model.functions.map(({ facts, self }) => [facts, self]))
  const methods = new Map(model.class.methods.map((method) => [method.name, method]))
  let followed = 0
  const visit = (facts: PythonFunction, outer: number | null, stack: readonly string[]): void => {
    const self = selves.get(facts) ?? ''
    for (const call of facts.calls) {
      followed += 1
      if (followed > maxFollowedCalls) return
      const inLoop = call.repeats === null ? outer : call.repeats * (outer ?? 1)
      const contract = operatorOfCall(call.path, self, model)
      if (contract !== undefined) uses.push({ name: contract.name, inLoop })
      const method = call.path?.length === 2 && call.path[0] === self ? (call.path[1] as string) : null
      const helper = method === null ? undefined : methods.get(method)
      if (helper !== undefined && method !== null && !stack.includes(method) && stack.length < 8)
        visit(helper, inLoop, [...stack, method])
    }
    for (const nested of facts.nested) visit(nested, outer, stack)
  }
  if (model.call !== undefined) visit(model.call, null, ['__call__'])
  return uses
}
