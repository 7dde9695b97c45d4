/**
 * The rules given to a policy, each bound to the validator's findings for it. A test proves for each that a
 * program breaking it gets such a finding, and that no finding that counts goes unannounced.
 */
import type { ProblemType } from '../../core/problem.ts'
import { type ContractName, deniedBuiltins, operators, operatorsFor, workflowClass } from '../contract/index.ts'
import type { FindingKind } from '../validate/index.ts'

export interface Rule {
  readonly text: string
  readonly findings: readonly FindingKind[]
}

export function rulesFor(type: ProblemType, contract: ContractName = 'full'): Rule[] {
  const allowed = operatorsFor(type, contract)
  const refused = operators.filter((operator) => !allowed.includes(operator))
  const parameters = workflowClass.call
    .map(({ name, defaultValue }) => (defaultValue === null ? name : `${name}=${defaultValue}`))
    .join(', ')
  const rules: Rule[] = [
    {
      text: `Write one Python class named ${workflowClass.name}, and no code outside it but imports.`,
      findings: ['no-class', 'missing-method', 'leaked-code', 'syntax-error'],
    },
    {
      text: `Its methods are __init__(self, ${workflowClass.init.join(', ')}) and async __call__(self, ${parameters}).`,
      findings: ['wrong-signature', 'not-async', 'missing-method'],
    },
    {
      text: `__init__ makes self.${workflowClass.llmAttribute} = ${workflowClass.llmFactory}(${workflowClass.llmConfig}) and each operator that __call__ uses, for instance self.custom = ${workflowClass.operatorModule}.Custom(self.${workflowClass.llmAttribute}).`,
      findings: ['llm-not-made', 'operator-not-made', 'operator-without-llm', 'misspelt-name', 'unknown-attribute'],
    },
    {
      text: 'Use only the operators listed, with the arguments listed.',
      findings: ['unknown-operator', 'unknown-argument', 'missing-argument'],
    },
    {
      text: 'Await each operator call. It returns a dict; read only the keys listed.',
      findings: ['missing-await', 'unknown-key'],
    },
    {
      text: `__call__ returns the answer and the cost: return answer, ${workflowClass.costExpression}. self.${workflowClass.llmAttribute} offers nothing else.`,
      findings: ['missing-return', 'missing-cost', 'unknown-llm-attribute'],
    },
    {
      text: 'Give every variable a value before a branch that may leave it without one.',
      findings: ['maybe-unbound', 'undefined-name'],
    },
    {
      text: `Do not use ${[...deniedBuiltins].slice(0, 2).join(' or ')}, files or input. Import only from the standard library, nothing that reaches out of the program (os, sys, subprocess).`,
      findings: ['dynamic-code', 'forbidden-import', 'shadowed-name'],
    },
  ]
  if (refused.length > 0)
    rules.push({
      text: `This is a ${type} problem: do not use ${refused.map((operator) => operator.name).join(', ')}.`,
      findings: ['operator-not-allowed'],
    })
  return rules
}
