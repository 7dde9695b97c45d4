/**
 * CustomCodeGenerate: an instruction of the program's own in front of the problem, as Custom does it, and of the reply the
 * code alone. A reply without the function is asked for once more, so that what comes back is code with its entry point.
 */
import { definesName, pythonCode } from '../../datasets/scorers/code/index.ts'
import { argumentText } from './argument-text.ts'
import type { Operator } from './operator.ts'
import { withoutThinking } from './reply-fields.ts'

export const customCodeGenerate: Operator = async (args, session) => {
  const named = args['entry_point']
  const entryPoint = typeof named === 'string' && named.trim() !== '' ? named.trim() : session.problem.entryPoint
  if (session.problem.type !== 'code') {
    const { type } = session.problem
    session.violate(
      'operator-not-allowed',
      `CustomCodeGenerate was called for a ${type} problem, which asks for no code.`,
    )
  }
  const prompt = argumentText(args['instruction']) + argumentText(args['problem'])
  const first = await session.ask(prompt)
  const code = pythonCode(withoutThinking(first), entryPoint ?? '')
  if (entryPoint === undefined || definesName(code, entryPoint)) return { response: code || first.trim() }
  session.noteMalformed()
  const again = await session.ask(
    `${prompt}\n\nAnswer with one \`\`\`python block that defines the function \`${entryPoint}\`.`,
  )
  const second = pythonCode(withoutThinking(again), entryPoint)
  if (definesName(second, entryPoint)) return { response: second }
  return { response: code || second || first.trim() }
}
