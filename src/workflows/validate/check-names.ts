/** Checks of names: attributes of self and of the llm, variables, imports, ways to run text as code. */
import { nearestName, spellingDistance } from '../../core/spelling.ts'
import type { AttributeRead, PythonFunction, Span } from '../../python/analysis/index.ts'
import {
  allowedModules,
  deniedBuiltins,
  deniedModules,
  frameworkModules,
  llmAttributes,
  operatorNamed,
  operatorOfAttribute,
  operators,
  providedNames,
  workflowClass,
} from '../contract/index.ts'
import type { Finding } from './findings.ts'
import type { WorkflowModel } from './workflow-model.ts'

export function* checkNames(model: WorkflowModel): Generator<Finding> {
  const reported = new Set<string>()
  for (const { facts, self } of model.functions) {
    yield* checkSelf(facts, self, model, reported)
    yield* checkVariables(facts)
    yield* checkDynamicCode(facts)
  }
  for (const facts of [model.module.body, ...model.module.functions]) {
    yield* checkVariables(facts)
    yield* checkDynamicCode(facts)
  }
  yield* checkLlm(model)
  yield* checkImports(model)
}

function* checkLlm(model: WorkflowModel): Generator<Finding> {
  if (model.llmAttributes.length > 0 || model.hasBases) return
  const needsLlm = model.made.size > 0 || model.functions.some(({ facts, self }) => readsLlm(facts, self))
  if (!needsLlm) return
  const span = model.init ?? model.class
  const message = `self.llm is never made: self.llm = ${workflowClass.llmFactory}(${workflowClass.llmConfig}).`
  yield { kind: 'llm-not-made', severity: 'error', line: span.line, span, message }
}

function readsLlm(facts: PythonFunction, self: string): boolean {
  return facts.attributeReads.some((read) => read.path[0] === self && read.path[1] === workflowClass.llmAttribute)
}

function* checkSelf(
  facts: PythonFunction,
  self: string,
  model: WorkflowModel,
  reported: Set<string>,
): Generator<Finding> {
  if (self === '') return
  for (const read of facts.attributeReads) {
    if (read.path[0] !== self) continue
    const attribute = read.path[1] as string
    const span = read.parts[1] as Span
    const isLlm = model.llmAttributes.includes(attribute) || attribute === workflowClass.llmAttribute
    if (isLlm) {
      if (read.path.length > 2) yield* checkLlmAttribute(read)
      continue
    }
    if (model.attributes.has(attribute) || model.hasBases || attribute.startsWith('__')) continue
    yield* unknownAttribute(attribute, span, read, model, reported)
  }
}

function* unknownAttribute(
  attribute: string,
  span: Span,
  read: AttributeRead,
  model: WorkflowModel,
  reported: Set<string>,
): Generator<Finding> {
  const { line } = span
  const known = operatorOfAttribute(attribute)
  if (known !== undefined && read.isCalled) {
    if (reported.has(attribute)) return
    reported.add(attribute)
    const message = `self.${attribute} is used but never made: self.${attribute} = operator.${known.name}(self.llm).`
    yield { kind: 'operator-not-made', severity: 'error', line, span, operator: known.name, attribute, message }
    return
  }
  const llm = model.llmAttributes[0] ?? workflowClass.llmAttribute
  const candidates = [...model.attributes, ...operators.map((operator) => operator.attribute)]
  const expected = looksLikeLlm(attribute, read) ? llm : nearestName(attribute, candidates)
  if (expected !== null) {
    const message = `self.${attribute} does not exist; self.${expected} is meant.`
    yield { kind: 'misspelt-name', severity: 'error', line, span, name: attribute, expected, message }
    return
  }
  const message = `self.${attribute} is used but never made.`
  yield { kind: 'unknown-attribute', severity: 'error', line, span, attribute, message }
}

/** `self.lm`, `self.lll`, `self.ll_m`, `self.llm_config`; or anything whose usage summary is asked for. */
function looksLikeLlm(attribute: string, read: AttributeRead): boolean {
  if (read.path[2] === 'get_usage_summary') return true
  const letters = attribute.replaceAll('_', '').toLowerCase()
  return (
    letters === 'llmconfig' ||
    letters === 'llminstance' ||
    (letters.length <= 4 && spellingDistance(letters, 'llm') <= 1)
  )
}

function* checkLlmAttribute(read: AttributeRead): Generator<Finding> {
  const attribute = read.path[2] as string
  if (llmAttributes.has(attribute)) return
  const span = read.parts[2] as Span
  const nearest = /cost|usage|usd|price|summary/.test(attribute)
    ? 'get_usage_summary'
    : nearestName(attribute, llmAttributes)
  const advice = operatorOfAttribute(attribute) !== undefined ? `; operators are called as self.${attribute}` : ''
  const message = `self.llm has no ${attribute}${advice}.`
  yield { kind: 'unknown-llm-attribute', severity: 'error', line: read.line, span, attribute, nearest, message }
}

function* checkVariables(facts: PythonFunction): Generator<Finding> {
  for (const unbound of facts.maybeUnbound) {
    const { name, firstBindingStart } = unbound
    const message = `${name} may have no value here: not every path assigns it.`
    yield {
      kind: 'maybe-unbound',
      severity: 'error',
      line: unbound.line,
      span: unbound,
      name,
      firstBindingStart,
      message,
    }
  }
  const visible = [...facts.parameters.map((parameter) => parameter.name), ...facts.bindings.keys(), ...providedNames]
  for (const used of facts.undefinedNames) {
    if (providedNames.has(used.name)) continue
    const { name, role, line } = used
    const isOperator =
      operatorNamed(name) !== undefined || (role === 'called' && operatorOfAttribute(name) !== undefined)
    const isModule = allowedModules.has(name) || isOperator
    const expected = isModule || name.length < 4 ? null : nearestName(name, visible)
    if (expected !== null) {
      const message = `${name} is not defined; ${expected} is meant.`
      yield { kind: 'misspelt-name', severity: 'error', line, span: used, name, expected, message }
    } else {
      const message = `${name} is not defined.`
      yield { kind: 'undefined-name', severity: 'error', line, span: used, name, role, message }
    }
  }
}

function* checkDynamicCode(facts: PythonFunction): Generator<Finding> {
  for (const call of facts.calls) {
    const name = call.path?.length === 1 ? call.path[0] : undefined
    if (name !== undefined && deniedBuiltins.has(name) && !facts.bindings.has(name)) yield dynamicCode(name, call)
    const attribute = call.arguments[1]?.value.literal ?? ''
    if ((name === 'getattr' || name === 'setattr') && /^__\w+__$/.test(attribute)) yield dynamicCode(attribute, call)
  }
  for (const read of facts.attributeReads) {
    const hidden = read.path.find((part, i) => i > 0 && /^__\w+__$/.test(part) && !harmlessDunders.has(part))
    if (hidden !== undefined) yield dynamicCode(hidden, read)
  }
}

const harmlessDunders: ReadonlySet<string> = new Set([
  '__init__',
  '__call__',
  '__name__',
  '__class__',
  '__doc__',
  '__len__',
])

function dynamicCode(name: string, span: Span): Finding {
  const message = `${name} has no place in a workflow: it runs text as code or reaches around the program.`
  return { kind: 'dynamic-code', severity: 'violation', line: span.line, span, name, message }
}

function* checkImports(model: WorkflowModel): Generator<Finding> {
  for (const statement of model.module.imports) {
    const { module, line } = statement
    const top = module.split('.')[0] as string
    if (frameworkModules.test(module) || module.startsWith('.')) continue
    if (module === workflowClass.operatorModule && statement.name === null && statement.boundName === module) {
      const message = 'import operator hides the operators behind the standard library module of that name.'
      yield { kind: 'shadowed-name', severity: 'error', line, span: statement, name: module, message }
    } else if (deniedModules.has(top)) {
      const message = `${module} reaches out of the program and is denied.`
      yield {
        kind: 'forbidden-import',
        severity: 'violation',
        line,
        span: statement,
        module,
        reason: 'denied',
        message,
      }
    } else if (!allowedModules.has(top)) {
      const message = `There is no module ${module} here.`
      yield {
        kind: 'forbidden-import',
        severity: 'error',
        line,
        span: statement,
        module,
        reason: 'not-available',
        message,
      }
    }
  }
}
