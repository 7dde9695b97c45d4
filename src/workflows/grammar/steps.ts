/**
 * The lines that programs of the grammar are made of, derived from the contract: how each operator is made, called and
 * read. The seven operators of the canonical programs are written as these write them.
 */
import type { ProblemType } from '../../core/problem.ts'
import { mainKey, type OperatorContract, operatorNamed, workflowClass } from '../contract/index.ts'

/** The variable that holds each operator's result. */
const variables: Readonly<Record<string, string>> = {
  Custom: 'response',
  AnswerGenerate: 'answer',
  Programmer: 'program',
  CustomCodeGenerate: 'generated',
  ScEnsemble: 'best',
  MdEnsemble: 'chosen',
  Test: 'tested',
  Review: 'review',
  Revise: 'revised',
  Format: 'formatted',
}

/** What makes a first answer from the problem alone, what chooses among several, what continues from one. */
export const generatorNames = ['Custom', 'AnswerGenerate', 'Programmer', 'CustomCodeGenerate'] as const
export const chooserNames = ['ScEnsemble', 'MdEnsemble'] as const
/** `Again`: Review, then the generator once more with the feedback where the review says no. */
export const followerNames = ['Test', 'Revise', 'Again', 'Format'] as const

export type GeneratorName = (typeof generatorNames)[number]
export type ChooserName = (typeof chooserNames)[number]
export type FollowerName = (typeof followerNames)[number]

export const candidates = 'candidates'
export const indent = '        '

/** Operators that a follower calls, in order. */
export function operatorsOf(follower: FollowerName): readonly string[] {
  if (follower === 'Revise') return ['Review', 'Revise']
  return follower === 'Again' ? ['Review'] : [follower]
}

/** `answer["answer"]`. */
export function resultExpression(name: string, type: ProblemType): string {
  return `${variables[name]}[${JSON.stringify(mainKey(contractOf(name), type))}]`
}

/** A call without its line's indentation; `instruction` is Python source, of operators that take one. */
export function generatorCall(name: GeneratorName, instruction: string): string {
  const { parameters } = contractOf(name)
  const args = parameters
    .filter(({ isRequired }) => isRequired)
    .map((parameter) => {
      if (parameter.name === 'instruction') return `instruction=${instruction}`
      return `${parameter.name}=${parameter.name === 'entry_point' ? 'entry_point' : 'problem'}`
    })
  return call(name, args)
}

export function takesInstruction(name: GeneratorName): boolean {
  return contractOf(name).parameters.some((parameter) => parameter.name === 'instruction')
}

export function chooserLine(name: ChooserName): string {
  return `${indent}${call(name, [`solutions=${candidates}`, 'problem=problem'])}\n`
}

/**
 * @param answer Python source of the answer so far.
 * @param generator of `Again`; it must be one that takes no instruction.
 * @returns the lines, and the source of the answer after them.
 */
export function followerLines(
  name: FollowerName,
  {
    answer,
    type,
    generator,
  }: { readonly answer: string; readonly type: ProblemType; readonly generator: GeneratorName | null },
): { readonly lines: string; readonly answer: string } {
  const review = call('Review', ['problem=problem', `solution=${answer}`])
  const feedback = `${variables['Review']}["feedback"]`
  switch (name) {
    case 'Test': {
      const line = call('Test', ['problem=problem', `solution=${answer}`, 'entry_point=entry_point'])
      return { lines: `${indent}${line}\n`, answer: resultExpression('Test', type) }
    }
    case 'Revise': {
      const revise = call('Revise', ['problem=problem', `solution=${answer}`, `feedback=${feedback}`])
      return { lines: `${indent}${review}\n${indent}${revise}\n`, answer: resultExpression('Revise', type) }
    }
    case 'Again': {
      if (generator === null || !canGoAgain(generator)) throw new RangeError('Again needs a generator of its own')
      const hint =
        generator === 'Programmer' ? `problem=problem, analysis=${feedback}` : `input=problem + "\\n" + ${feedback}`
      const again = call(generator, [hint])
      const lines = `${indent}${review}\n${indent}if not ${variables['Review']}["review_result"]:\n${indent}    ${again}\n`
      return { lines, answer }
    }
    case 'Format': {
      const line = call('Format', ['problem=problem', `solution=${answer}`])
      return { lines: `${indent}${line}\n`, answer: resultExpression('Format', type) }
    }
    default:
      return name satisfies never
  }
}

export function canGoAgain(generator: GeneratorName): boolean {
  return generator === 'AnswerGenerate' || generator === 'Programmer'
}

export function returnLine(answer: string): string {
  return `${indent}return ${answer}, ${workflowClass.costExpression}\n`
}

function call(name: string, args: readonly string[]): string {
  return `${variables[name]} = await self.${contractOf(name).attribute}(${args.join(', ')})`
}

function contractOf(name: string): OperatorContract {
  const found = operatorNamed(name)
  if (found === undefined) throw new Error(`the contract has no operator ${name}`)
  return found
}
