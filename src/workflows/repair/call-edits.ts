/** Edits of operator calls: arguments that are missing, go by another name or are not taken; keys of results. */
import { nearestName } from '../../core/spelling.ts'
import type { PythonArgument, PythonCall, PythonFunction } from '../../python/analysis/index.ts'
import { canMean, keyMeantBy, type OperatorContract, operatorNamed, workflowClass } from '../contract/index.ts'
import type { Finding } from '../validate/index.ts'
import type { Edit } from './edits.ts'
import type { Place } from './places.ts'
import { functionAt } from './places.ts'

type FindingOf<Kind extends Finding['kind']> = Finding & { readonly kind: Kind }

/** `problem`, `input` and `entry_point` are parameters of `__call__`: a call that lacks one can be given it. */
export function missingArgumentEdits(finding: FindingOf<'missing-argument'>, { code, model }: Place): Edit[] {
  const around = functionAt(model, finding.span.start)
  const value = finding.argument === 'input' ? 'problem' : finding.argument
  const isContractName = workflowClass.call.some((parameter) => parameter.name === value)
  const isAtHand = around === model.call || around?.parameters.some((parameter) => parameter.name === value) === true
  const call = around?.calls.find((made) => made.start === finding.span.start && made.end === finding.span.end)
  if (!isContractName || !isAtHand || call === undefined) return []
  // An argument of another name may be what is missing: it is renamed instead.
  const contract = operatorNamed(finding.operator)
  if (contract !== undefined && strangers(call, contract).some(([, meant]) => meant === finding.argument)) return []
  const at = call.argumentsSpan.end - 1
  const inside = code.slice(call.argumentsSpan.start + 1, at).trim()
  const separator = inside === '' ? '' : inside.endsWith(',') ? ' ' : ', '
  return [
    { kind: 'argument', start: at, end: at, text: `${separator}${finding.argument}=${value}`, finding: finding.kind },
  ]
}

/** An argument that the operator does not take is renamed to the parameter that can be meant, else left out. */
export function unknownArgumentEdits(finding: FindingOf<'unknown-argument'>, { code, model }: Place): Edit[] {
  const contract = operatorNamed(finding.operator)
  const found = callWith(functionAt(model, finding.span.start), finding.span.start)
  if (contract === undefined || found === undefined) return []
  const { call, argument } = found
  const meant = strangers(call, contract).find(([stranger]) => stranger === argument)?.[1]
  if (argument.name !== null && meant !== undefined) {
    const end = argument.start + argument.name.length
    return [{ kind: 'argument', start: argument.start, end, text: meant, finding: finding.kind }]
  }
  const place = call.arguments.indexOf(argument)
  const before = call.arguments[place - 1]
  const after = call.arguments[place + 1]
  const start = before === undefined || after !== undefined ? argument.start : before.end
  const end = after === undefined ? argument.end : after.start
  // A comma may be left behind the only argument: `f(x=1,)`.
  const trailing = before === undefined && after === undefined ? (/^\s*,/.exec(code.slice(end))?.[0].length ?? 0) : 0
  return [{ kind: 'drop-argument', start, end: end + trailing, text: '', finding: finding.kind }]
}

/** Arguments that the contract does not know, each with the parameter it can be meant for. */
function strangers(call: PythonCall, contract: OperatorContract): [PythonArgument, string | undefined][] {
  const { parameters } = contract
  const given = new Set(
    call.arguments.flatMap((argument, i) => (argument.name === null ? (parameters[i]?.name ?? []) : argument.name)),
  )
  const found: [PythonArgument, string | undefined][] = []
  for (const argument of call.arguments) {
    const { name } = argument
    if (name === null || argument.isSplat || parameters.some((parameter) => parameter.name === name)) continue
    const open = parameters.filter((parameter) => !given.has(parameter.name) && !parameter.isIgnored)
    const missing = open.filter((parameter) => parameter.isRequired)
    const meant =
      missing.find((parameter) => canMean(name, parameter.name))?.name ??
      nearestName(
        name,
        open.map((parameter) => parameter.name),
      ) ??
      open.find((parameter) => canMean(name, parameter.name))?.name ??
      (missing.length === 1 ? missing[0]?.name : undefined)
    if (meant !== undefined) given.add(meant)
    found.push([argument, meant])
  }
  return found
}

function callWith(
  around: PythonFunction | undefined,
  argumentStart: number,
): { readonly call: PythonCall; readonly argument: PythonArgument } | undefined {
  for (const call of around?.calls ?? [])
    for (const argument of call.arguments) if (argument.start === argumentStart) return { call, argument }
  return undefined
}

/** A key goes to the one that can be meant; of one that means nothing here, reading it gives an empty text. */
export function unknownKeyEdits(finding: FindingOf<'unknown-key'>, { code, problemType }: Place): Edit[] {
  const contract = operatorNamed(finding.operator)
  const { start, end } = finding.span
  const subscript = /(?:\[\s*(["'])([^"']*)\1\s*\]|\.\s*(\w+))$/.exec(code.slice(start, end))
  if (contract === undefined || (subscript?.[2] ?? subscript?.[3]) !== finding.key || subscript === null) return []
  const names = contract.returns.map(({ key }) => key)
  const key = names.includes(finding.key)
    ? finding.key
    : (nearestName(finding.key, names) ?? keyMeantBy(finding.key, contract, problemType))
  const text = key === undefined ? `.get(${JSON.stringify(finding.key)}, "")` : `[${JSON.stringify(key)}]`
  return [{ kind: 'key', start: start + subscript.index, end, text, finding: finding.kind }]
}
