/** The contract in every notation that something outside reads: prompts, AFlow's operator list, what model servers are given. */
import type { ProblemType } from '../core/problem.ts'
import { type ContractName, operatorJson } from './contract/index.ts'
import { gbnfOf, planSchema, programGrammar, regexOf } from './grammar/index.ts'
import { systemPrompt } from './prompt/index.ts'

interface Notation {
  /** Name of its file in an export. */
  readonly file: string
  write(type: ProblemType, contract: ContractName): string
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)

export const contractForms = {
  prompt: { file: 'prompt.md', write: (type, contract) => systemPrompt(type, { contract }) },
  'plan-prompt': { file: 'plan-prompt.md', write: (type, contract) => systemPrompt(type, { contract, form: 'plan' }) },
  operators: { file: 'operator.json', write: (type, contract) => json(operatorJson(type, contract)) },
  gbnf: { file: 'workflow.gbnf', write: (type, contract) => gbnfOf(programGrammar(type, contract)) },
  regex: { file: 'workflow.regex', write: (type, contract) => regexOf(programGrammar(type, contract)) },
  schema: { file: 'plan.schema.json', write: (type, contract) => json(planSchema(type, contract)) },
  /** Fields of a request to vLLM: a program by grammar, or a plan by schema. */
  vllm: {
    file: 'vllm.json',
    write: (type, contract) => json({ structured_outputs: { grammar: gbnfOf(programGrammar(type, contract)) } }),
  },
  'vllm-plan': {
    file: 'vllm-plan.json',
    write: (type, contract) => json({ structured_outputs: { json: planSchema(type, contract) } }),
  },
  /** Fields of a request to llama.cpp's server. */
  llamacpp: {
    file: 'llamacpp.json',
    write: (type, contract) => json({ grammar: gbnfOf(programGrammar(type, contract)) }),
  },
} as const satisfies Readonly<Record<string, Notation>>

export type ContractForm = keyof typeof contractForms

export function writeContract(form: ContractForm, type: ProblemType, contract: ContractName): string {
  return contractForms[form].write(type, contract)
}
