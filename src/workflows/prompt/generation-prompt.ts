/** The chat prompt that asks a language model for a workflow, made from the contract: operators, rules, verified examples. */
import { type Problem, type ProblemType, problemText } from '../../core/problem.ts'
import type { ChatMessage } from '../../llm/chat-model.ts'
import { type ContractName, type OperatorContract, operatorsFor } from '../contract/index.ts'
import { type JsonPlan, planSchema, planToProgram } from '../grammar/index.ts'
import { type Generator, type Plan, writeProgram } from '../programs/index.ts'
import { rulesFor } from './rules.ts'

export interface PromptExample {
  readonly title: string
  readonly program: string
}

/** What a policy is asked for: a Python program, or a plan in JSON that a program is written from. */
export type WorkflowForm = 'program' | 'plan'

export interface PromptOptions {
  /** Default `full`. */
  readonly contract?: ContractName
  /** Default `program`. */
  readonly form?: WorkflowForm
}

/** Programs shown to the model. Each passes the validator without a finding and runs (contract lint). */
export function promptExamples(type: ProblemType, contract: ContractName = 'full'): PromptExample[] {
  if (contract === 'simple')
    return planExamples(type, contract).map(({ title, plan }) => ({ title, program: planToProgram(plan, type) }))
  const programmer: Generator = { operator: 'Programmer', key: type === 'code' ? 'code' : 'output' }
  const answer: Generator = { operator: 'AnswerGenerate', key: 'answer' }
  const first = type === 'code' ? programmer : answer
  const vote: Plan = [{ kind: 'generate', generator: first, times: 3 }, { kind: 'ensemble' }]
  const single: Plan = [{ kind: 'generate', generator: first, times: 1 }]
  return [
    { title: 'One operator', program: writeProgram(single) },
    { title: 'Three candidates and a choice', program: writeProgram(vote) },
    type === 'code'
      ? { title: 'With tests', program: writeProgram([...single, { kind: 'test' }]) }
      : { title: 'Reviewed and revised', program: writeProgram([...single, { kind: 'revise' }]) },
  ]
}

/** `Test(problem, solution, entry_point, test_loop=...) -> {"result": boolean, "solution": text}: runs ...` */
export function operatorLine(operator: OperatorContract): string {
  const parameters = operator.parameters
    .filter((parameter) => !parameter.isIgnored)
    .map((parameter) => (parameter.isRequired ? parameter.name : `${parameter.name}=...`))
  const returns = operator.returns.map(({ key, type }) => `"${key}": ${type}`)
  return `${operator.name}(${parameters.join(', ')}) -> {${returns.join(', ')}}: ${operator.description}`
}

/** Plans shown to the model. */
export function planExamples(type: ProblemType, contract: ContractName = 'full'): { title: string; plan: JsonPlan }[] {
  const isCode = type === 'code'
  const first = isCode ? 'Programmer' : 'AnswerGenerate'
  const single: JsonPlan = { candidates: [{ operator: first }] }
  const one = { title: 'One operator', plan: single }
  const vote: JsonPlan = { candidates: [{ operator: first, times: 3 }], choose: 'ScEnsemble' }
  const several = { title: 'Three candidates and a choice', plan: vote }
  if (isCode) {
    const tested = { title: 'With tests', plan: { ...single, steps: ['Test'] } as JsonPlan }
    return contract === 'simple' ? [one, tested] : [one, several, tested]
  }
  if (contract === 'simple' && type === 'qa')
    return [
      one,
      { title: 'Reviewed, and answered again where the review says no', plan: { ...single, steps: ['Again'] } },
    ]
  const revised = { title: 'Reviewed and revised', plan: { ...single, steps: ['Revise'] } as JsonPlan }
  const computed = { title: 'By a program', plan: { candidates: [{ operator: 'Programmer' }] } as JsonPlan }
  return contract === 'simple' ? [one, computed, revised] : [one, several, revised]
}

export function systemPrompt(type: ProblemType, { contract = 'full', form = 'program' }: PromptOptions = {}): string {
  const isPlan = form === 'plan'
  const operatorList = operatorsFor(type, contract).map((operator) =>
    isPlan
      ? `- ${operator.name}: ${operator.description}`
      : `- ${operatorLine(operator)}\n  made in __init__ as self.${operator.attribute}`,
  )
  const opening = isPlan
    ? `You plan workflows: which operators, each backed by a language model, solve a ${type} problem, and in which order. A plan is one JSON object.`
    : `You write workflows: small Python programs that solve a ${type} problem by calling operators, each backed by a language model.`
  const rules = rulesFor(type, contract).map((rule, i) => `${i + 1}. ${rule.text}`)
  const middle = isPlan ? planText(type, contract) : `## Rules\n${rules.join('\n')}`
  const examples = isPlan
    ? planExamples(type, contract).map(({ title, plan }) => `${title}:\n\`\`\`json\n${JSON.stringify(plan)}\n\`\`\``)
    : promptExamples(type, contract).map(({ title, program }) => `${title}:\n\`\`\`python\n${program}\`\`\``)
  return [opening, `## Operators\n${operatorList.join('\n')}`, middle, `## Examples\n${examples.join('\n\n')}`].join(
    '\n\n',
  )
}

function planText(type: ProblemType, contract: ContractName): string {
  return `## Plan
\`candidates\` answer the problem on their own, each as often as \`times\` says. Of several candidates \`choose\` takes one. \`steps\` go on from the answer, step by step; Revise reviews it first, Again reviews it and asks the candidate once more where the review says no. The plan must fit this JSON schema:
\`\`\`json
${JSON.stringify(planSchema(type, contract))}
\`\`\``
}

/** The full prompt for a problem. The workflow gets the problem as its argument; it must not hold the answer itself. */
export function generationPrompt(problem: Problem, options: PromptOptions = {}): ChatMessage[] {
  const asked =
    options.form === 'plan'
      ? 'Plan a workflow for problems like the one below. Answer with the JSON object alone.'
      : 'Write a workflow for problems like the one below. Answer with the Python code alone, in one ```python block.'
  return [
    { role: 'system', content: systemPrompt(problem.type, options) },
    { role: 'user', content: `${asked}\n\n## Problem\n${problemText(problem)}` },
  ]
}
