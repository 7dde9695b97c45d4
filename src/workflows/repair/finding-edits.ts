/** The edit that mends a finding, for those that can be mended without guessing what the program is meant to do. */
import { allowedModules, operatorNamed, operatorOfAttribute, workflowClass } from '../contract/index.ts'
import type { Finding, WorkflowModel } from '../validate/index.ts'
import type { Edit, RepairKind } from './edits.ts'
import { append, functionAt, insertBefore, wholeLines } from './places.ts'
import { signatureEdits } from './signature-edits.ts'

export function editsFor(finding: Finding, code: string, model: WorkflowModel): Edit[] {
  const { start, end } = finding.span
  const edit = (kind: RepairKind, from: number, to: number, text: string): Edit[] => [
    { kind, start: from, end: to, text, finding: finding.kind },
  ]
  const around = functionAt(model, start)
  switch (finding.kind) {
    case 'wrong-signature': {
      const facts = finding.method === '__call__' ? model.call : model.init
      return facts === undefined ? [] : signatureEdits(finding, facts)
    }
    case 'missing-method':
      return finding.method === '__init__' ? addInit(finding, model) : []
    case 'not-async':
      return edit('make-async', start, start, 'async ')
    case 'missing-await':
      if (around === undefined || !(around.isAsync || around === model.call)) return []
      return finding.isAccessed
        ? edit('await', start, end, `(await ${code.slice(start, end)})`)
        : edit('await', start, start, 'await ')
    case 'llm-not-made':
      return model.init === undefined ? [] : [insertBefore(model.init, null, makeLlm, 'make-llm', finding.kind)]
    case 'operator-not-made': {
      if (model.init === undefined) return []
      const llm = model.llmAttributes[0] ?? workflowClass.llmAttribute
      const self = model.init.parameters[0]?.name ?? 'self'
      const made = `${self}.${finding.attribute} = ${workflowClass.operatorModule}.${finding.operator}(${self}.${llm})`
      return [append(model.init, made, 'make-operator', finding.kind)]
    }
    case 'operator-without-llm': {
      const call = [...model.made.values()].find((made) => made.call.start === start)?.call
      if (call === undefined) return []
      const llm = model.llmAttributes[0] ?? workflowClass.llmAttribute
      return edit('make-operator', call.argumentsSpan.start, call.argumentsSpan.end, `(self.${llm})`)
    }
    case 'unknown-operator': {
      const call = [...model.made.values()].find((made) => made.call.start === start)?.call
      if (call === undefined || finding.nearest === null) return []
      const nameEnd = call.argumentsSpan.start
      return edit('rename', nameEnd - finding.operator.length, nameEnd, finding.nearest)
    }
    case 'misspelt-name':
      return edit('rename', start, end, finding.expected)
    case 'unknown-llm-attribute':
      return llmAttributeEdits(finding, code)
    case 'missing-argument':
      return argumentEdits(finding, code, model)
    case 'maybe-unbound':
      if (around === undefined) return []
      return [
        insertBefore(
          around,
          Math.min(finding.firstBindingStart, start),
          `${finding.name} = None`,
          'initialise',
          finding.kind,
        ),
      ]
    case 'undefined-name':
      if (finding.role === 'object' && allowedModules.has(finding.name))
        return edit('import', 0, 0, `import ${finding.name}\n`)
      if (operatorNamed(finding.name) !== undefined)
        return edit('rename', start, start, `${workflowClass.operatorModule}.`)
      if (finding.role !== 'value' || around === undefined) return []
      return [insertBefore(around, null, `${finding.name} = None`, 'initialise', finding.kind)]
    case 'missing-cost':
      return edit('cost', start, end, `${withoutTuple(code.slice(start, end))}, ${workflowClass.costExpression}`)
    case 'leaked-code':
    case 'shadowed-name': {
      const text = code.slice(start, end)
      if (finding.kind === 'shadowed-name' && text.includes(',')) return []
      const lines = wholeLines(code, start, end)
      return edit('drop', lines.start, lines.end, '')
    }
    case 'syntax-error':
    case 'no-class':
    case 'operator-unused':
    case 'operator-not-allowed':
    case 'unknown-argument':
    case 'unknown-key':
    case 'result-as-text':
    case 'unknown-attribute':
    case 'missing-return':
    case 'dynamic-code':
    case 'forbidden-import':
      return []
    default:
      return finding satisfies never
  }
}

const makeLlm = `self.${workflowClass.llmAttribute} = ${workflowClass.llmFactory}(${workflowClass.llmConfig})`

function addInit(finding: Finding, model: WorkflowModel): Edit[] {
  const { bodyStart, bodyIndent } = model.class
  const inner = `${bodyIndent}    `
  const text = `def __init__(self, ${workflowClass.init.join(', ')}):\n${inner}${makeLlm}\n\n${bodyIndent}`
  // A method's decorator or `async` stands before its own start: the body's first statement is where it begins.
  return [{ kind: 'add-method', start: bodyStart, end: bodyStart, text, finding: finding.kind }]
}

/** `self.llm.answer_generate(...)` is an operator call gone astray; `self.llm.get_usd_cost()` asks for the cost. */
function llmAttributeEdits(finding: Finding & { readonly kind: 'unknown-llm-attribute' }, code: string): Edit[] {
  const { start, end } = finding.span
  const owner = /(\w+)\s*\.\s*$/.exec(code.slice(0, start))
  if (operatorOfAttribute(finding.attribute) !== undefined && owner !== null)
    return [{ kind: 'rename', start: start - owner[0].length, end, text: finding.attribute, finding: finding.kind }]
  if (finding.nearest !== 'get_usage_summary') return []
  const called = /^\s*\(\s*\)/.exec(code.slice(end))?.[0] ?? ''
  const isSummary =
    finding.attribute.includes('summary') ||
    code
      .slice(end + called.length)
      .trimStart()
      .startsWith('[')
  const text = isSummary ? 'get_usage_summary()' : 'get_usage_summary()["total_cost"]'
  return [{ kind: 'rename', start, end: end + called.length, text, finding: finding.kind }]
}

/** `problem`, `input` and `entry_point` are parameters of `__call__`: a call that lacks one can be given it. */
function argumentEdits(
  finding: Finding & { readonly kind: 'missing-argument' },
  code: string,
  model: WorkflowModel,
): Edit[] {
  const around = functionAt(model, finding.span.start)
  const value = finding.argument === 'input' ? 'problem' : finding.argument
  const isContractName = workflowClass.call.some((parameter) => parameter.name === value)
  const isAtHand = around === model.call || around?.parameters.some((parameter) => parameter.name === value) === true
  const call = around?.calls.find((made) => made.start === finding.span.start && made.end === finding.span.end)
  if (!isContractName || !isAtHand || call === undefined) return []
  const at = call.argumentsSpan.end - 1
  const inside = code.slice(call.argumentsSpan.start + 1, at).trim()
  const separator = inside === '' ? '' : inside.endsWith(',') ? ' ' : ', '
  return [
    { kind: 'argument', start: at, end: at, text: `${separator}${finding.argument}=${value}`, finding: finding.kind },
  ]
}

/** `(x,)` and `x,` hold one value: the value. */
function withoutTuple(text: string): string {
  const inner = /^\(([\s\S]*),\s*\)$/.exec(text)?.[1] ?? /^([\s\S]*),\s*$/.exec(text)?.[1]
  return inner ?? text
}
