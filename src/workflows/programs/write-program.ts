/**
 * Writes a plan as a Python program in one canonical form: one head, one variable name per operator, one way to put
 * each thing. A small policy learns binding (what was assigned, what is read) only if there is one way to do it.
 */
import { makeLine, operatorNamed, workflowClass } from '../contract/index.ts'
import { customInstructions, type Generator, type Plan, planProblem } from './plan.ts'

const indent = '        '

/** Text that every program begins with, up to the operators. */
export const programHead = `class ${workflowClass.name}:
    def __init__(self, ${workflowClass.init.join(', ')}):
        self.${workflowClass.llmAttribute} = ${workflowClass.llmFactory}(${workflowClass.llmConfig})
`

/** Between the operators and the body. */
export const callHead = `    async def __call__(self, ${workflowClass.call
  .map(({ name, defaultValue }) => (defaultValue === null ? name : `${name}=${defaultValue}`))
  .join(', ')}):
`

/** After the returned answer, to the end of the program. */
export const costTail = `, ${workflowClass.costExpression}\n`

/** The variable that holds each operator's result. */
export const variableOf = {
  Custom: 'response',
  AnswerGenerate: 'answer',
  Programmer: 'program',
  ScEnsemble: 'best',
  Test: 'tested',
  Review: 'review',
  Revise: 'revised',
} as const

export type CanonicalOperator = keyof typeof variableOf

const candidates = 'candidates'

/** `answer = await self.answer_generate(input=problem)`, without indentation or line break. */
export function callLine(name: CanonicalOperator, args: string): string {
  return `${variableOf[name]} = await self.${operatorNamed(name)?.attribute}(${args})`
}

function generatorArguments(generator: Generator): string {
  if (generator.operator === 'Custom')
    return `input=problem, instruction=${JSON.stringify(customInstructions[generator.instruction])}`
  return generator.operator === 'AnswerGenerate' ? 'input=problem' : 'problem=problem'
}

/** @throws RangeError for a plan that is none (see `planProblem`). */
export function writeProgram(plan: Plan): string {
  const problem = planProblem(plan)
  if (problem !== null) throw new RangeError(`cannot write this plan: ${problem}`)
  const used: CanonicalOperator[] = []
  const body: string[] = []
  const call = (name: CanonicalOperator, args: string, key: string): string => {
    if (!used.includes(name)) used.push(name)
    body.push(callLine(name, args))
    return `${variableOf[name]}["${key}"]`
  }
  const hasEnsemble = plan.some((node) => node.kind === 'ensemble')
  if (hasEnsemble) body.push(`${candidates} = []`)
  let answer = ''
  for (const node of plan) {
    if (node.kind === 'generate') {
      const { generator, times } = node
      if (times > 1) body.push(`for _ in range(${times}):`)
      const first = body.length
      answer = call(generator.operator, generatorArguments(generator), generator.key)
      if (hasEnsemble) body.push(`${candidates}.append(${answer})`)
      if (times > 1) for (let i = first; i < body.length; i++) body[i] = `    ${body[i]}`
    } else if (node.kind === 'ensemble')
      answer = call('ScEnsemble', `solutions=${candidates}, problem=problem`, 'response')
    else if (node.kind === 'test')
      answer = call('Test', `problem=problem, solution=${answer}, entry_point=entry_point`, 'solution')
    else {
      const feedback = call('Review', `problem=problem, solution=${answer}`, 'feedback')
      answer = call('Revise', `problem=problem, solution=${answer}, feedback=${feedback}`, 'solution')
    }
  }
  const lines = body.map((line) => `${indent}${line}\n`).join('')
  return `${programHead}${used.map(makeLine).join('')}${callHead}${lines}${indent}return ${answer}${costTail}`
}
