/** AnswerGenerate: reasoning step by step, and the final answer apart from it. */
import { argumentText } from './argument-text.ts'
import type { Operator } from './operator.ts'
import { answerWithoutTags, replyField } from './reply-fields.ts'
import { sectionedPrompt } from './sections.ts'

const instruction =
  'Think step by step, then answer. Put the reasoning into <thought> and only the final answer into <answer>.'
const format = '<thought>the reasoning</thought>\n<answer>the final answer, nothing else</answer>'

export const answerGenerate: Operator = async (args, session) => {
  const reply = await session.ask(
    sectionedPrompt(instruction, [
      ['Problem', argumentText(args['input'])],
      ['Response format', format],
    ]),
  )
  const answer = replyField(reply, 'answer')
  const thought = replyField(reply, 'thought')
  if (answer === null) session.noteMalformed()
  return { thought: thought ?? reply.trim(), answer: answer ?? answerWithoutTags(reply) }
}
