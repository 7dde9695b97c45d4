/** Checks of operators: made, known, called with the right arguments, awaited, their results read by the right keys. */

import type { ProblemType } from '../../core/problem.ts'
import { nearestName } from '../../core/spelling.ts'
import type { KeyRead, PythonCall, PythonFunction } from '../../python/analysis/index.ts'
import {
  type ContractName,
  type OperatorContract,
  operatorOfAttribute,
  operators,
  operatorsFor,
  workflowClass,
} from '../contract/index.ts'
import type { Finding } from './findings.ts'
import type { MadeOperator, WorkflowModel } from './workflow-model.ts'

/** The operator that a call of `self.<attribute>` runs, made or not. */
export function operatorOfCall(
  path: readonly string[] | null,
  self: string,
  model: WorkflowModel,
): OperatorContract | undefined {
  const [object, attribute, ...rest] = path ?? []
  if (object === undefined || object !== self || attribute === undefined || rest.length > 0) return undefined
  const made = model.made.get(attribute)
  if (made !== undefined) return made.contract
  return model.attributes.has(attribute) ? undefined : operatorOfAttribute(attribute)
}

export function* checkOperators(
  model: WorkflowModel,
  problemType: ProblemType,
  contractName: ContractName,
): Generator<Finding> {
  const allowed = operatorsFor(problemType, contractName)
  for (const made of model.made.values()) yield* checkMade(made, model)
  for (const { facts, self } of model.functions) {
    for (const call of facts.calls) {
      const contract = operatorOfCall(call.path, self, model)
      const isLlm =
        call.path?.length === 2 && call.path[0] === self && model.llmAttributes.includes(call.path[1] as string)
      if (contract !== undefined) {
        if (!allowed.includes(contract)) yield notAllowed(call, contract, { problemType, allowed })
        yield* checkArguments(call, contract, self, model)
      }
      const isUnknownOperator =
        call.path?.length === 2 && call.path[0] === self && model.made.has(call.path[1] as string)
      const isCoroutine = contract !== undefined || isLlm || isUnknownOperator || isAsyncHelper(call, self, model)
      if (isCoroutine && call.use === 'direct') yield missingAwait(call)
    }
    yield* checkKeys(facts, self, model)
  }
}

function* checkMade(made: MadeOperator, model: WorkflowModel): Generator<Finding> {
  const { line } = made.call
  if (made.contract === undefined) {
    const names = operators.map((operator) => operator.name)
    const nearest = nearestName(made.name, names)
    const advice = nearest === null ? `known are ${names.join(', ')}` : `did you mean ${nearest}?`
    const message = `There is no operator ${made.name}; ${advice}`
    yield { kind: 'unknown-operator', severity: 'error', line, span: made.call, operator: made.name, nearest, message }
  }
  const llm = made.call.arguments.find((argument) => argument.name === null || argument.name === 'llm')
  const path = llm?.value.path ?? null
  const isLlmLike = path !== null && (path.length === 2 || /llm/.test(path[0] ?? ''))
  if (
    llm === undefined ||
    !isLlmLike ||
    path?.[1] === workflowClass.llmConfig ||
    path?.[0] === workflowClass.llmConfig
  ) {
    const message = `operator.${made.name} must be made with the llm: operator.${made.name}(self.llm).`
    yield { kind: 'operator-without-llm', severity: 'error', line, span: made.call, operator: made.name, message }
  }
  const isUsed = model.functions.some(
    ({ facts, self }) =>
      facts.calls.some((call) => call.path?.[0] === self && call.path[1] === made.attribute) ||
      facts.attributeReads.some((read) => read.path[0] === self && read.path[1] === made.attribute),
  )
  if (!isUsed)
    yield {
      kind: 'operator-unused',
      severity: 'note',
      line,
      span: made.write.statement,
      operator: made.name,
      attribute: made.attribute,
      message: `self.${made.attribute} is made and never used.`,
    }
}

function notAllowed(
  call: PythonCall,
  contract: OperatorContract,
  { problemType, allowed }: { readonly problemType: ProblemType; readonly allowed: readonly OperatorContract[] },
): Finding {
  const message = contract.problemTypes.includes(problemType)
    ? `${contract.name} is not offered for ${problemType} problems here; ${allowed.map(({ name }) => name).join(', ')} are.`
    : `${contract.name} is for ${contract.problemTypes.join(', ')} problems, not for ${problemType}.`
  const { line } = call
  const { name: operator } = contract
  return { kind: 'operator-not-allowed', severity: 'violation', line, span: call, operator, problemType, message }
}

function* checkArguments(
  call: PythonCall,
  contract: OperatorContract,
  self: string,
  model: WorkflowModel,
): Generator<Finding> {
  const operator = contract.name
  const given = new Set<string>()
  let position = 0
  let hasSplat = false
  for (const argument of call.arguments) {
    if (argument.isSplat) {
      hasSplat = true
      continue
    }
    const parameter =
      argument.name === null
        ? contract.parameters[position++]
        : contract.parameters.find((candidate) => candidate.name === argument.name)
    if (parameter === undefined) {
      const name = argument.name ?? `number ${position}`
      const known = contract.parameters.map((candidate) => candidate.name).join(', ')
      const message = `${operator} takes no argument ${name}; it takes ${known}.`
      yield {
        kind: 'unknown-argument',
        severity: 'error',
        line: argument.line,
        span: argument,
        operator,
        argument: name,
        message,
      }
      continue
    }
    given.add(parameter.name)
    const from = argument.value.origins?.map((origin) => operatorOfCall(origin.path, self, model))
    if (
      parameter.type === 'text' &&
      from !== undefined &&
      from.length > 0 &&
      from.every((origin) => origin !== undefined)
    ) {
      const source = from[0] as OperatorContract
      const message = `${parameter.name} gets the whole result of ${source.name}, a dict; pick a key: ${keysOf(source)}.`
      yield {
        kind: 'result-as-text',
        severity: 'note',
        line: argument.line,
        span: argument,
        operator: source.name,
        argument: parameter.name,
        message,
      }
    }
  }
  if (hasSplat) return
  for (const parameter of contract.parameters)
    if (parameter.isRequired && !given.has(parameter.name)) {
      const message = `${operator} needs the argument ${parameter.name}.`
      yield {
        kind: 'missing-argument',
        severity: 'error',
        line: call.line,
        span: call,
        operator,
        argument: parameter.name,
        message,
      }
    }
}

function* checkKeys(facts: PythonFunction, self: string, model: WorkflowModel): Generator<Finding> {
  for (const read of facts.keyReads) {
    const contracts = sources(read, self, model)
    if (read.form === 'attribute' && contracts[0] !== undefined) yield attributeOfResult(read, contracts[0])
    if (read.form === 'attribute') continue
    const wrong = contracts.filter((contract) => !contract.returns.some((returned) => returned.key === read.key))
    if (contracts.length === 0 || wrong.length < contracts.length) continue
    const contract = wrong[0] as OperatorContract
    yield {
      kind: 'unknown-key',
      // `.get` of a key that is not there gives the default: the program continues.
      severity: read.form === 'subscript' ? 'error' : 'note',
      line: read.line,
      span: read,
      operator: contract.name,
      key: read.key,
      message: `${contract.name} returns no "${read.key}"; it returns ${keysOf(contract)}.`,
    }
  }
}

/** A result is a dict: `answer.answer` raises where `answer["answer"]` is meant. */
function attributeOfResult(read: KeyRead, contract: OperatorContract): Finding {
  const { key, line } = read
  const message = `${contract.name} returns a dict, which has no attribute ${key}; it is read as ["..."], with ${keysOf(contract)}.`
  return { kind: 'unknown-key', severity: 'error', line, span: read, operator: contract.name, key, message }
}

/** The operators whose result is read, when it is surely theirs. */
function sources(read: KeyRead, self: string, model: WorkflowModel): OperatorContract[] {
  const found: OperatorContract[] = []
  for (const origin of read.origins ?? []) {
    const contract = operatorOfCall(origin.path, self, model)
    if (contract === undefined) return []
    found.push(contract)
  }
  return found
}

function keysOf(contract: OperatorContract): string {
  return contract.returns.map((returned) => `"${returned.key}"`).join(', ')
}

function isAsyncHelper(call: PythonCall, self: string, model: WorkflowModel): boolean {
  if (call.path?.length !== 2 || call.path[0] !== self) return false
  return model.class.methods.some((method) => method.name === call.path?.[1] && method.isAsync)
}

function missingAwait(call: PythonCall): Finding {
  const called = call.path?.join('.') ?? ''
  const { line, isAccessed } = call
  const message = `${called}(...) is not awaited.`
  return { kind: 'missing-await', severity: 'error', line, span: call, called, isAccessed, message }
}
