/** Edits of the class: its name, methods it lacks, what it returns, attributes it reads and never makes. */
import type { PythonFunction, PythonModule } from '../../python/analysis/index.ts'
import { mainKey, operatorMeantBy, workflowClass } from '../contract/index.ts'
import type { Finding, WorkflowModel } from '../validate/index.ts'
import type { Edit } from './edits.ts'
import { append, functionAt, insertBefore, type Place } from './places.ts'

type FindingOf<Kind extends Finding['kind']> = Finding & { readonly kind: Kind }

export const makeLlm = `self.${workflowClass.llmAttribute} = ${workflowClass.llmFactory}(${workflowClass.llmConfig})`

/** The last class that can be called, or is named as one, is the workflow. */
export function classNameEdits(module: PythonModule): Edit[] {
  const found =
    module.classes.findLast(({ methods }) => methods.some(({ name }) => name === '__call__')) ??
    module.classes.findLast(({ name }) => /workflow|^solution$|^graph$/i.test(name))
  const at = found === undefined ? null : /^class\s+/.exec(module.source.slice(found.start))
  if (found === undefined || at === null) return []
  const start = found.start + at[0].length
  return [{ kind: 'class-name', start, end: start + found.name.length, text: workflowClass.name, finding: 'no-class' }]
}

export function missingMethodEdits(finding: FindingOf<'missing-method'>, { code, model }: Place): Edit[] {
  if (finding.method === '__init__') return addInit(finding, model)
  // The one method that others would call: `run`, `solve`, `run_workflow`.
  const slip = model.class.methods.filter(({ name }) => name.replaceAll('_', '').toLowerCase() === 'call')
  const open = slip.length === 1 ? slip : model.class.methods.filter(({ name }) => !name.startsWith('_'))
  const uncalled = open.filter(({ name }) => !callsMethod(model, name))
  const candidates = uncalled.filter(({ isAsync }) => isAsync)
  const method = candidates.length === 1 ? candidates[0] : uncalled.length === 1 ? uncalled[0] : undefined
  const head = method === undefined ? null : /^(?:async\s+)?def\s+/.exec(code.slice(method.start))
  if (method === undefined || head === null) return []
  const start = method.start + head[0].length
  return [{ kind: 'add-method', start, end: start + method.name.length, text: '__call__', finding: finding.kind }]
}

function callsMethod(model: WorkflowModel, name: string): boolean {
  return model.functions.some(({ facts, self }) =>
    facts.attributeReads.some((read) => read.path[0] === self && read.path[1] === name),
  )
}

function addInit(finding: Finding, model: WorkflowModel): Edit[] {
  const { bodyStart, bodyIndent } = model.class
  const inner = `${bodyIndent}    `
  const text = `def __init__(self, ${workflowClass.init.join(', ')}):\n${inner}${makeLlm}\n\n${bodyIndent}`
  // A method's decorator or `async` comes before its own start: the body's first statement is where it begins.
  return [{ kind: 'add-method', start: bodyStart, end: bodyStart, text, finding: finding.kind }]
}

/** What the last assignment of the body holds is the answer: a result's main key, or the variable itself. */
export function missingReturnEdits(finding: FindingOf<'missing-return'>, place: Place): Edit[] {
  const { code, model } = place
  const { call } = model
  if (call === undefined || finding.severity !== 'error' || call.awaits.length === 0) return []
  const last = call.statements.at(-1)
  const isBare = last !== undefined && /^return\s*(None)?\s*$/.test(code.slice(last.start, last.end))
  for (const statement of [...call.statements].reverse()) {
    const text = code.slice(statement.start, statement.end)
    const assigned = /^(\w+)\s*(?::[^=]+)?=(?!=)\s*(await\s+\w+\.(\w+)\s*\()?/.exec(text)
    if (assigned === null || !statement.isAssignment) continue
    const returned = `return ${answerOf(assigned[1] as string, assigned[3], place)}, ${costOf(call)}`
    return isBare
      ? [{ kind: 'return', start: last.start, end: last.end, text: returned, finding: finding.kind }]
      : [append(call, { statement: returned, kind: 'return', finding: finding.kind })]
  }
  // Only blocks assign: what the last operator call in one of them gave is the answer.
  const body = code.slice(call.start, call.end)
  const nested = [...body.matchAll(/^[ \t]+(\w+)\s*=\s*await\s+\w+\.(\w+)\s*\(/gm)].at(-1)
  if (nested?.[1] === undefined || call.statements.some((statement) => statement.type === 'return_statement')) return []
  const returned = `return ${answerOf(nested[1], nested[2], place)}, ${costOf(call)}`
  return [append(call, { statement: returned, kind: 'return', finding: finding.kind })]
}

function answerOf(variable: string, attribute: string | undefined, { model, problemType }: Place): string {
  const contract = attribute === undefined ? undefined : model.made.get(attribute)?.contract
  const key = contract === undefined ? undefined : mainKey(contract, problemType)
  return key === undefined ? variable : `${variable}[${JSON.stringify(key)}]`
}

function costOf(call: PythonFunction): string {
  const self = call.parameters[0]?.name ?? 'self'
  return workflowClass.costExpression.replace(/^self\b/, self)
}

/** An attribute that is a parameter's value, or an operator under another name. */
export function unknownAttributeEdits(finding: FindingOf<'unknown-attribute'>, { code, model }: Place): Edit[] {
  const { attribute, span } = finding
  const { init } = model
  const around = functionAt(model, span.start)
  const isCalled = /^\s*\(/.test(code.slice(span.end))
  const owner = /\w+\s*\.\s*$/.exec(code.slice(0, span.start))
  const edit = { finding: finding.kind } as const
  if (!isCalled && owner !== null && around?.parameters.some(({ name }) => name === attribute) === true)
    return [{ kind: 'rename', start: span.start - owner[0].length, end: span.end, text: attribute, ...edit }]
  if (init === undefined) return []
  const self = init.parameters[0]?.name ?? 'self'
  if (!isCalled && init.parameters.some(({ name }) => name === attribute))
    return [
      insertBefore(init, {
        offset: null,
        statement: `${self}.${attribute} = ${attribute}`,
        kind: 'initialise',
        finding: finding.kind,
      }),
    ]
  const contract = isCalled ? operatorMeantBy(attribute) : undefined
  if (contract === undefined) return []
  const llm = model.llmAttributes[0] ?? workflowClass.llmAttribute
  const made = `${self}.${attribute} = ${workflowClass.operatorModule}.${contract.name}(${self}.${llm})`
  return [append(init, { statement: made, kind: 'make-operator', finding: finding.kind })]
}
