/** Checks of the class and its methods: signatures, async, what comes back. */
import type { PythonFunction, PythonReturn } from '../../python/analysis/index.ts'
import { workflowClass } from '../contract/index.ts'
import type { Finding } from './findings.ts'
import type { WorkflowModel } from './workflow-model.ts'

export function* checkClass(model: WorkflowModel): Generator<Finding> {
  if (model.init !== undefined) yield* checkSignature(model.init, '__init__', workflowClass.init, 0)
  else if (!model.hasBases) yield missingMethod(model, '__init__')
  if (model.call === undefined) {
    yield missingMethod(model, '__call__')
    return
  }
  const names = workflowClass.call.map((parameter) => parameter.name)
  const optionalCount = workflowClass.call.filter((parameter) => parameter.defaultValue !== null).length
  yield* checkSignature(model.call, '__call__', names, optionalCount)
  if (!model.call.isAsync)
    yield {
      kind: 'not-async',
      severity: 'error',
      line: model.call.line,
      span: model.call,
      method: '__call__',
      message: '__call__ must be async: it is awaited, and awaits the operators.',
    }
  yield* checkReturns(model.call, model)
  for (const { facts } of model.functions) if (facts !== model.call) yield* checkAwaits(facts)
}

/** A helper that awaits must be async; `__init__` cannot be. */
function* checkAwaits(facts: PythonFunction): Generator<Finding> {
  const first = facts.awaits[0]
  if (facts.isAsync || first === undefined) return
  const { line } = first
  if (facts.name === '__init__')
    yield {
      kind: 'syntax-error',
      severity: 'error',
      line,
      span: first,
      message: 'await in __init__, which cannot be async.',
    }
  else {
    const message = `${facts.name} awaits but is not async.`
    yield { kind: 'not-async', severity: 'error', line: facts.line, span: facts, method: facts.name, message }
  }
}

function missingMethod(model: WorkflowModel, method: '__init__' | '__call__'): Finding {
  const { line } = model.class
  return {
    kind: 'missing-method',
    severity: 'error',
    line,
    span: model.class,
    method,
    message: `${method} is missing.`,
  }
}

/**
 * The method must take the contract's parameters by position and by name; further ones need defaults, and the last
 * `optionalCount` of the contract's must have one.
 */
function* checkSignature(
  facts: PythonFunction,
  method: '__init__' | '__call__',
  expected: readonly string[],
  optionalCount: number,
): Generator<Finding> {
  const plain = facts.parameters.filter((parameter) => parameter.kind === 'plain')
  const afterSelf = plain.slice(1)
  const takesAnyName = facts.parameters.some((parameter) => parameter.kind === 'dictionary-splat')
  const takesAnyPosition = facts.parameters.some((parameter) => parameter.kind === 'list-splat')
  const names = afterSelf.map((parameter) => parameter.name)
  const missing = takesAnyName && takesAnyPosition ? [] : expected.filter((name) => !names.includes(name))
  const surplus = afterSelf
    .filter((parameter) => parameter.defaultValue === null && !expected.includes(parameter.name))
    .map((parameter) => parameter.name)
  const isOutOfOrder = expected.some((name, i) => names[i] !== name && !missing.includes(name))
  const lacksDefault = expected
    .slice(expected.length - optionalCount)
    .filter((name) => afterSelf.some((parameter) => parameter.name === name && parameter.defaultValue === null))
  if (plain.length > 0 && missing.length + surplus.length + lacksDefault.length === 0 && !isOutOfOrder) return
  const problems = [
    plain.length === 0 ? 'self is missing' : '',
    missing.length > 0 ? `missing ${missing.join(', ')}` : '',
    surplus.length > 0 ? `surplus ${surplus.join(', ')}` : '',
    lacksDefault.length > 0 ? `no default for ${lacksDefault.join(', ')}` : '',
    isOutOfOrder && missing.length + surplus.length === 0 ? 'out of order' : '',
  ].filter((problem) => problem !== '')
  yield {
    kind: 'wrong-signature',
    severity: 'error',
    line: facts.line,
    span: facts.parametersSpan,
    method,
    missing,
    surplus: [...surplus, ...lacksDefault],
    message: `The parameters of ${method} do not fit the contract: ${problems.join('; ')}.`,
  }
}

function* checkReturns(call: PythonFunction, model: WorkflowModel): Generator<Finding> {
  const valued = call.returns.filter((found) => found.value !== null && found.value.kind !== 'none')
  const endsBare = call.canFallThrough || valued.length < call.returns.length
  if (valued.length === 0)
    yield {
      kind: 'missing-return',
      severity: 'error',
      line: call.line,
      span: call,
      message: '__call__ never returns an answer.',
    }
  else if (endsBare)
    yield {
      kind: 'missing-return',
      severity: 'note',
      line: call.line,
      span: call,
      message: '__call__ may end without returning an answer.',
    }
  for (const found of valued)
    if (!mayHoldCost(found, call, model))
      yield {
        kind: 'missing-cost',
        severity: 'error',
        line: found.line,
        span: found.value ?? found,
        message: `__call__ must return (answer, ${workflowClass.costExpression}).`,
      }
}

/** A tuple of two or more, or something that may hold one: a name bound to a tuple or to a helper's result. */
function mayHoldCost(found: PythonReturn, call: PythonFunction, model: WorkflowModel): boolean {
  const { value } = found
  if (value === null) return true
  if (value.kind === 'tuple') return (value.length ?? 0) >= 2
  if (value.kind === 'name') {
    const kinds = call.bindings.get(value.path?.[0] ?? '')?.kinds
    if (kinds?.has('tuple') === true) return true
    return kinds?.has('await') === true && value.origins?.every((origin) => isHelper(origin.path, model)) === true
  }
  if (value.kind === 'await') {
    const inner = call.calls.find((made) => made.start > value.start && made.end <= value.end)
    return inner !== undefined && isHelper(inner.path, model)
  }
  return false
}

function isHelper(path: readonly string[] | null, model: WorkflowModel): boolean {
  const method = path?.length === 2 ? path[1] : undefined
  return method !== undefined && model.class.methods.some((candidate) => candidate.name === method)
}
