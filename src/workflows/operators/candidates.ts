/** What the two ensembles share: candidates under letters, and the letter that a reply names. */
import { letterOf, readLetter, replyField, withoutThinking } from './reply-fields.ts'
import { sectionedPrompt } from './sections.ts'

const format = '<thought>the comparison</thought>\n<solution_letter>the letter only</solution_letter>'

export interface ChoicePrompt {
  readonly instruction: string
  readonly problem: string
  readonly candidates: readonly string[]
}

export function choicePrompt({ instruction, problem, candidates }: ChoicePrompt): string {
  return sectionedPrompt(instruction, [
    ['Problem', problem],
    ['Candidates', candidates.map((candidate, i) => `${letterOf(i)}: ${candidate}`).join('\n\n')],
    ['Response format', format],
  ])
}

/** Position of the candidate that a reply names: from the tag, else from a last line that is a letter and little else; null for none. */
export function chosenPosition(reply: string, count: number): number | null {
  const tagged = replyField(reply, 'solution_letter')
  if (tagged !== null) return readLetter(tagged, count)
  const lastLine = withoutThinking(reply).trim().split('\n').at(-1) ?? ''
  const named =
    /(?:^|\b(?:solution|candidate|option|answer|letter|choose|is)\b[\s:]*)[*("'`]*([A-Z])[*)"'`.]*\s*$/.exec(lastLine)
  return named?.[1] === undefined ? null : readLetter(named[1], count)
}

/** The text that occurs most often, white space and case aside; the first of equals. */
export function mostFrequent(solutions: readonly string[]): string {
  const keyOf = (solution: string): string => solution.toLowerCase().replace(/\s+/g, ' ').trim()
  const counts = new Map<string, number>()
  for (const solution of solutions) counts.set(keyOf(solution), (counts.get(keyOf(solution)) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return solutions.find((solution) => counts.get(keyOf(solution)) === most) ?? ''
}
