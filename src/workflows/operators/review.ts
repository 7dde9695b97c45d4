/** Review: whether a solution seems right, and why. The result is a boolean, not a word that Python takes for true. */
import { argumentText } from './argument-text.ts'
import { askUntilRead } from './ask-until-read.ts'
import type { Operator } from './operator.ts'
import { readBoolean, replyField, withoutThinking } from './reply-fields.ts'
import { sectionedPrompt } from './sections.ts'

const instruction = 'Review the solution. Say false only if you are quite sure that it is wrong, and say what is wrong.'
const format = '<review_result>true or false</review_result>\n<feedback>what is wrong, or why it is right</feedback>'

export const review: Operator = async (args, session) => {
  const prompt = sectionedPrompt(instruction, [
    ['Problem', argumentText(args['problem'])],
    ['Solution', argumentText(args['solution'])],
    ['Response format', format],
  ])
  const { reply, value } = await askUntilRead(session, prompt, readReview)
  // In doubt for the solution: the reviewer was asked to say false only if quite sure.
  return { review_result: value ?? true, feedback: replyField(reply, 'feedback') ?? withoutThinking(reply).trim() }
}

function readReview(reply: string): boolean | null {
  return readBoolean(replyField(reply, 'review_result') ?? withoutThinking(reply).trim())
}
