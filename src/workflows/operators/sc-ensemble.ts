/** ScEnsemble: the executor names the candidate that most agree with; the candidate itself is returned, word for word. */
import { argumentText, argumentTexts } from './argument-text.ts'
import { type Operator, OperatorRefused } from './operator.ts'
import { letterOf, readLetter, replyField, withoutThinking } from './reply-fields.ts'
import { sectionedPrompt } from './sections.ts'

const instruction =
  'Several candidate solutions to one problem follow. Choose the most consistent one, the answer that most of them agree on.'
const format = '<thought>the comparison</thought>\n<solution_letter>the letter only</solution_letter>'

export const scEnsemble: Operator = async (args, session) => {
  const solutions = argumentTexts(args['solutions'])
  const [first] = solutions
  if (first === undefined) throw new OperatorRefused('ScEnsemble needs at least one solution.')
  if (solutions.length === 1) return { response: first }
  const reply = await session.ask(
    sectionedPrompt(instruction, [
      ['Problem', argumentText(args['problem'])],
      ['Candidates', solutions.map((solution, i) => `${letterOf(i)}: ${solution}`).join('\n\n')],
      ['Response format', format],
    ]),
  )
  const chosen = chosenPosition(reply, solutions.length)
  return { response: chosen === null ? mostFrequent(solutions) : (solutions[chosen] ?? first) }
}

/** From the tag; without one, from a last line that is a letter and little else. */
function chosenPosition(reply: string, count: number): number | null {
  const tagged = replyField(reply, 'solution_letter')
  if (tagged !== null) return readLetter(tagged, count)
  const lastLine = withoutThinking(reply).trim().split('\n').at(-1) ?? ''
  const named =
    /(?:^|\b(?:solution|candidate|option|answer|letter|choose|is)\b[\s:]*)[*("'`]*([A-Z])[*)"'`.]*\s*$/.exec(lastLine)
  return named?.[1] === undefined ? null : readLetter(named[1], count)
}

/** The text that occurs most often, white space and case aside; the first of equals. */
function mostFrequent(solutions: readonly string[]): string {
  const keyOf = (solution: string): string => solution.toLowerCase().replace(/\s+/g, ' ').trim()
  const counts = new Map<string, number>()
  for (const solution of solutions) counts.set(keyOf(solution), (counts.get(keyOf(solution)) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return solutions.find((solution) => counts.get(keyOf(solution)) === most) ?? ''
}
