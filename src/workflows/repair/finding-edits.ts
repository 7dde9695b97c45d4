/** The edit that repairs a finding, for those that can be repaired without guessing what the program is meant to do. */
import {
  allowedModules,
  moduleOf,
  operatorMeantBy,
  operatorNamed,
  operatorOfAttribute,
  workflowClass,
} from '../contract/index.ts'
import type { Finding, WorkflowModel } from '../validate/index.ts'
import { missingArgumentEdits, unknownArgumentEdits, unknownKeyEdits } from './call-edits.ts'
import { makeLlm, missingMethodEdits, missingReturnEdits, unknownAttributeEdits } from './class-edits.ts'
import type { Edit } from './edits.ts'
import type { RepairKind } from './kinds.ts'
import { append, functionAt, insertBefore, type Place, wholeLines } from './places.ts'
import { signatureEdits } from './signature-edits.ts'

export function editsFor(finding: Finding, place: Place): Edit[] {
  const { code, model } = place
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
      return missingMethodEdits(finding, place)
    case 'not-async':
      return edit('make-async', start, start, 'async ')
    case 'missing-await':
      if (around === undefined || !(around.isAsync || around === model.call)) return []
      return finding.isAccessed
        ? edit('await', start, end, `(await ${code.slice(start, end)})`)
        : edit('await', start, start, 'await ')
    case 'llm-not-made':
      return model.init === undefined
        ? []
        : [insertBefore(model.init, { offset: null, statement: makeLlm, kind: 'make-llm', finding: finding.kind })]
    case 'operator-not-made': {
      if (model.init === undefined) return []
      const llm = model.llmAttributes[0] ?? workflowClass.llmAttribute
      const self = model.init.parameters[0]?.name ?? 'self'
      const made = `${self}.${finding.attribute} = ${workflowClass.operatorModule}.${finding.operator}(${self}.${llm})`
      return [append(model.init, { statement: made, kind: 'make-operator', finding: finding.kind })]
    }
    case 'operator-without-llm': {
      const call = [...model.made.values()].find((made) => made.call.start === start)?.call
      if (call === undefined) return []
      const llm = model.llmAttributes[0] ?? workflowClass.llmAttribute
      return edit('make-operator', call.argumentsSpan.start, call.argumentsSpan.end, `(self.${llm})`)
    }
    case 'unknown-operator': {
      const call = [...model.made.values()].find((made) => made.call.start === start)?.call
      const meant = finding.nearest === null ? operatorMeantBy(finding.operator)?.name : finding.nearest
      if (call === undefined || meant === undefined) return []
      const nameEnd = call.argumentsSpan.start
      return edit(finding.nearest === null ? 'operator' : 'rename', nameEnd - finding.operator.length, nameEnd, meant)
    }
    case 'misspelt-name':
      return edit('rename', start, end, finding.expected)
    case 'unknown-llm-attribute':
      return llmAttributeEdits(finding, code)
    case 'missing-argument':
      return missingArgumentEdits(finding, place)
    case 'unknown-argument':
      return unknownArgumentEdits(finding, place)
    case 'unknown-key':
      return finding.severity === 'error' ? unknownKeyEdits(finding, place) : []
    case 'unknown-attribute':
      return unknownAttributeEdits(finding, place)
    case 'missing-return':
      return missingReturnEdits(finding, place)
    case 'dynamic-code':
      return finding.name === 'eval' && /^eval\s*\(/.test(code.slice(start))
        ? edit('literal-eval', start, start + 'eval'.length, 'ast.literal_eval')
        : []
    case 'forbidden-import':
      return unusedImportEdits(finding, place)
    case 'maybe-unbound':
      if (around === undefined) return []
      // `review = await review(...)` calls the operator, not the variable.
      if (isOperator(finding.name, model) && /^\s*\(/.test(code.slice(end)))
        return edit('rename', start, start, `${around.parameters[0]?.name ?? 'self'}.`)
      return [
        insertBefore(around, {
          offset: Math.min(finding.firstBindingStart, start),
          statement: `${finding.name} = ${emptyResult(finding.name, code.slice(around.start, around.end), place)}`,
          kind: 'initialise',
          finding: finding.kind,
        }),
      ]
    case 'undefined-name': {
      const self = around?.parameters[0]?.name ?? ''
      if (finding.name === 'this' && self !== '') return edit('rename', start, end, self)
      if (finding.role === 'called' && self !== '' && isOperator(finding.name, model))
        return edit('rename', start, start, `${self}.`)
      if (model.class.bases.includes(finding.name)) return undefinedBaseEdits(finding, place)
      if (finding.role === 'object' && allowedModules.has(finding.name))
        return edit('import', 0, 0, `import ${finding.name}\n`)
      if (operatorNamed(finding.name) !== undefined)
        return edit('rename', start, start, `${workflowClass.operatorModule}.`)
      if (moduleOf(finding.name) !== undefined)
        return edit('import', 0, 0, `from ${moduleOf(finding.name)} import ${finding.name}\n`)
      if (finding.role !== 'value' || around === undefined) return []
      return [
        insertBefore(around, {
          offset: null,
          statement: `${finding.name} = None`,
          kind: 'initialise',
          finding: finding.kind,
        }),
      ]
    }
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
    case 'result-as-text':
      return []
    default:
      return finding satisfies never
  }
}

/** `self.llm.answer_generate(...)` is an operator call gone astray; `self.llm.get_usd_cost()` asks for the cost. */
function llmAttributeEdits(finding: Finding & { readonly kind: 'unknown-llm-attribute' }, code: string): Edit[] {
  const { start, end } = finding.span
  const owner = /(\w+)\s*\.\s*$/.exec(code.slice(0, start))
  if (operatorOfAttribute(finding.attribute) !== undefined && owner !== null)
    return [{ kind: 'rename', start: start - owner[0].length, end, text: finding.attribute, finding: finding.kind }]
  // `self.llm.generate(prompt)` asks the llm itself.
  const dot = /\s*\.\s*$/.exec(code.slice(0, start))
  if (
    /^a?(?:generate|call|ask|chat|complete|completion|invoke|predict|query|run|call_with_format)$/.test(
      finding.attribute,
    ) &&
    dot !== null
  )
    return [{ kind: 'rename', start: start - dot[0].length, end, text: '', finding: finding.kind }]
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

function isOperator(name: string, model: WorkflowModel): boolean {
  return model.made.has(name) || operatorOfAttribute(name) !== undefined
}

/** An operator's result with nothing in it, so that reading a key of it does not fail; None for other variables. */
function emptyResult(name: string, body: string, { model }: Place): string {
  const attribute = new RegExp(`\\b${name}\\s*=\\s*await\\s+\\w+\\.(\\w+)\\s*\\(`).exec(body)?.[1] ?? ''
  const contract = model.made.get(attribute)?.contract
  if (contract === undefined) return 'None'
  const fields = contract.returns.map(({ key, type }) => `"${key}": ${type === 'boolean' ? 'False' : '""'}`)
  return `{${fields.join(', ')}}`
}

/** A base class that is nowhere goes, and with it what its `__init__` would have been given. */
function undefinedBaseEdits(finding: Finding, { code, model }: Place): Edit[] {
  const edits: Edit[] = []
  const head = /^class\s+\w+\s*(\([^)]*\))/.exec(code.slice(model.class.start))
  if (head?.[1] === undefined) return []
  const start = model.class.start + head[0].length - head[1].length
  edits.push({ kind: 'drop', start, end: start + head[1].length, text: '', finding: finding.kind })
  for (const match of code.matchAll(/\bsuper\(\)\.__init__\([^()\n]+\)/g))
    edits.push({
      kind: 'drop',
      start: match.index,
      end: match.index + match[0].length,
      text: 'super().__init__()',
      finding: finding.kind,
    })
  return edits
}

/** An import that cannot be had and is not used goes; one that is used is what the program wants to do. */
function unusedImportEdits(finding: Finding & { readonly kind: 'forbidden-import' }, { code, model }: Place): Edit[] {
  const { start, end } = finding.span
  const text = code.slice(start, end)
  const bound = model.module.imports.filter((statement) => statement.start === start).map(({ boundName }) => boundName)
  const rest = code.slice(0, start) + code.slice(end)
  const decorators = [...code.matchAll(/^[ \t]*@(\w+)[^\n]*\n/gm)].filter((match) => bound.includes(match[1] as string))
  const undecorated = decorators.reduce((text, [line]) => text.replace(line, ''), rest)
  const isUsed = bound.some((name) => name === '*' || new RegExp(`\\b${name}\\b`).test(undecorated))
  if (isUsed || bound.length === 0 || !/^(import|from)\b/.test(text)) return []
  const dropped = decorators.map((match): Edit => {
    return { kind: 'drop', start: match.index, end: match.index + match[0].length, text: '', finding: finding.kind }
  })
  const lines = wholeLines(code, start, end)
  const isAlone = code.slice(lines.start, start).trim() === ''
  // Inside a function an import may be all there is.
  const indent = /^[ \t]+/.exec(code.slice(lines.start, lines.end))?.[0]
  const filler = !isAlone || indent !== undefined ? 'pass' : ''
  return filler === ''
    ? [...dropped, { kind: 'drop', start: lines.start, end: lines.end, text: '', finding: finding.kind }]
    : [...dropped, { kind: 'drop', start, end, text: filler, finding: finding.kind }]
}

/** `(x,)` and `x,` hold one value: the value. */
function withoutTuple(text: string): string {
  const inner = /^\(([\s\S]*),\s*\)$/.exec(text)?.[1] ?? /^([\s\S]*),\s*$/.exec(text)?.[1]
  return inner ?? text
}
