/** Format: the bare answer of a solution, in as few words as the problem allows. */
import { argumentText } from './argument-text.ts'
import type { Operator } from './operator.ts'
import { answerWithoutTags, replyField } from './reply-fields.ts'
import { sectionedPrompt } from './sections.ts'

const instruction =
  'Take the final answer out of the solution. Give it alone, in one or a few words or as a number, without explanation.'
const format = '<final_answer>the final answer, nothing else</final_answer>'

export const formatOperator: Operator = async (args, session) => {
  const reply = await session.ask(
    sectionedPrompt(instruction, [
      ['Problem', argumentText(args['problem'])],
      ['Solution', argumentText(args['solution'])],
      ['Response format', format],
    ]),
  )
  const tagged = replyField(reply, 'final_answer')
  if (tagged === null) session.noteMalformed()
  const solution = tagged ?? replyField(reply, 'answer') ?? answerWithoutTags(reply)
  // Older programs read `response`.
  return { solution, response: solution }
}
