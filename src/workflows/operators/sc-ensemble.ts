/** ScEnsemble: the executor names the candidate that most agree with; the candidate itself is returned, word for word. */
import { problemText } from '../../core/problem.ts'
import { argumentText, argumentTexts } from './argument-text.ts'
import { askUntilRead } from './ask-until-read.ts'
import { choicePrompt, chosenPosition, mostFrequent } from './candidates.ts'
import { type Operator, OperatorRefused } from './operator.ts'

const instruction =
  'Several candidate solutions to one problem follow. Choose the most consistent one, the answer that most of them agree on.'

export const scEnsemble: Operator = async (args, session) => {
  const candidates = argumentTexts(args['solutions'])
  const [first] = candidates
  if (first === undefined) throw new OperatorRefused('ScEnsemble needs at least one solution.')
  if (candidates.length === 1) return { response: first }
  // AFlow's templates for questions about a text call it without the problem.
  const problem = argumentText(args['problem'] ?? problemText(session.problem))
  const prompt = choicePrompt({ instruction, problem, candidates })
  const { value: chosen } = await askUntilRead(session, prompt, (reply) => chosenPosition(reply, candidates.length))
  return { response: chosen === null ? mostFrequent(candidates) : (candidates[chosen] ?? first) }
}
