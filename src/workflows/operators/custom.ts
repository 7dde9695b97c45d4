/** Custom: an instruction of the program's own, put in front of the input as it is. */
import { argumentText } from './argument-text.ts'
import type { Operator } from './operator.ts'

export const custom: Operator = async (args, session) => ({
  response: await session.ask(argumentText(args['instruction']) + argumentText(args['input'])),
})
