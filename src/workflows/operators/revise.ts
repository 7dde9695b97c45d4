/** Revise: a solution rewritten in the light of feedback. */
import { argumentText } from './argument-text.ts'
import type { Operator } from './operator.ts'
import { replyField, withoutThinking } from './reply-fields.ts'
import { sectionedPrompt } from './sections.ts'

const instruction = 'Revise the solution in the light of the feedback.'
const format = '<solution>the revised solution, complete</solution>'

export const revise: Operator = async (args, session) => {
  const reply = await session.ask(
    sectionedPrompt(instruction, [
      ['Problem', argumentText(args['problem'])],
      ['Solution', argumentText(args['solution'])],
      ['Feedback', argumentText(args['feedback'])],
      ['Response format', format],
    ]),
  )
  const solution = replyField(reply, 'solution')
  if (solution === null) session.noteMalformed()
  return { solution: solution ?? withoutThinking(reply).trim() }
}
