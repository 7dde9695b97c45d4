/** Rewrites a method's parameters so that the contract's call works; what the program calls them is kept inside. */
import type { PythonFunction, PythonParameter } from '../../python/analysis/index.ts'
import { workflowClass } from '../contract/index.ts'
import type { Finding } from '../validate/index.ts'
import type { Edit } from './edits.ts'
import { insertBefore } from './places.ts'

export function signatureEdits(finding: Finding & { readonly kind: 'wrong-signature' }, facts: PythonFunction): Edit[] {
  const expected: readonly { readonly name: string; readonly defaultValue: string | null }[] =
    finding.method === '__call__'
      ? workflowClass.call
      : workflowClass.init.map((name) => ({ name, defaultValue: null }))
  const plain = facts.parameters.filter((parameter) => parameter.kind === 'plain')
  const hasSelf = plain[0]?.name === 'self' || !expected.some(({ name }) => name === plain[0]?.name)
  const rest = plain.slice(hasSelf ? 1 : 0)
  const left = new Set(rest.filter(({ name }) => !expected.some((parameter) => parameter.name === name)))
  const aliases: string[] = []
  const texts: string[] = [hasSelf ? (plain[0]?.name ?? 'self') : 'self']
  let mustDefault = false
  const add = (name: string, from: PythonParameter | undefined, fallback: string | null): void => {
    const value = from?.defaultValue ?? fallback ?? (mustDefault ? 'None' : null)
    if (value !== null) mustDefault = true
    const annotation = from?.annotation ?? null
    const typed = annotation === null ? name : `${name}: ${annotation}`
    texts.push(value === null ? typed : `${typed}${annotation === null ? '=' : ' = '}${value}`)
  }
  for (const { name, defaultValue } of expected) {
    let from = rest.find((parameter) => parameter.name === name)
    if (from === undefined && (name === 'problem' || name === 'llm_config')) {
      // A required parameter under another name is taken for the one that is missing.
      from = [...left].find((candidate) => candidate.defaultValue === null && standsFor(candidate.name, name))
      if (from !== undefined) {
        left.delete(from)
        const isLlm = name === workflowClass.llmConfig && /^(llm|model|client|llm_instance)$/.test(from.name)
        aliases.push(`${from.name} = ${isLlm ? `${workflowClass.llmFactory}(${name})` : name}`)
      }
    }
    add(name, from, defaultValue)
  }
  for (const parameter of left) add(parameter.name, parameter, 'None')
  for (const parameter of facts.parameters)
    if (parameter.kind === 'list-splat') texts.push(`*${parameter.name}`)
    else if (parameter.kind === 'dictionary-splat') texts.push(`**${parameter.name}`)
  const { start, end } = facts.parametersSpan
  const edits: Edit[] = [{ kind: 'signature', start, end, text: `(${texts.join(', ')})`, finding: finding.kind }]
  for (const alias of aliases)
    edits.push(insertBefore(facts, { offset: null, statement: alias, kind: 'signature', finding: finding.kind }))
  return edits
}

function standsFor(given: string, expected: string): boolean {
  return expected === 'problem' ? given !== 'test' : /config|llm|^(model|client)$/.test(given)
}
