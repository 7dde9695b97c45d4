/** The chat prompt that asks a language model for a workflow, made from the contract: operators, rules, verified examples. */
import { type Problem, type ProblemType, problemText } from '../../core/problem.ts'
import type { ChatMessage } from '../../llm/chat-model.ts'
import { type OperatorContract, operatorsFor } from '../contract/index.ts'
import { type Generator, type Plan, writeProgram } from '../programs/index.ts'
import { rulesFor } from './rules.ts'

export interface PromptExample {
  readonly title: string
  readonly program: string
}

/** Programs shown to the model. Each passes the validator without a finding (tested). */
export function promptExamples(type: ProblemType): PromptExample[] {
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

export function systemPrompt(type: ProblemType): string {
  const operatorList = operatorsFor(type).map(
    (operator) => `- ${operatorLine(operator)}\n  made in __init__ as self.${operator.attribute}`,
  )
  const rules = rulesFor(type).map((rule, i) => `${i + 1}. ${rule.text}`)
  const examples = promptExamples(type).map(({ title, program }) => `${title}:\n\`\`\`python\n${program}\`\`\``)
  return [
    `You write workflows: small Python programs that solve a ${type} problem by calling operators, each backed by a language model.`,
    `## Operators\n${operatorList.join('\n')}`,
    `## Rules\n${rules.join('\n')}`,
    `## Examples\n${examples.join('\n\n')}`,
  ].join('\n\n')
}

/** The full prompt for a problem. The workflow gets the problem as its argument; it must not hold the answer itself. */
export function generationPrompt(problem: Problem): ChatMessage[] {
  const user = `Write a workflow for problems like the one below. Answer with the Python code alone, in one \`\`\`python block.\n\n## Problem\n${problemText(problem)}`
  return [
    { role: 'system', content: systemPrompt(problem.type) },
    { role: 'user', content: user },
  ]
}
