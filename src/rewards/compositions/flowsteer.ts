/**
 * FlowSteer: -1, plus a structure score of up to 1 (a checker .2, an operator that forms the answer .2, six operators or
 * more .2, parallel, conditional or loop .4), plus 1 for a right answer, paid only if the structure is full. The
 * advantages of its method, (r - mean) / max(deviation, .01), are settings of `training.advantages`.
 */
import { hasOwnAnswer } from './closeness.ts'
import type { PartsPreset, RewardInput } from './reward-composition.ts'

export const flowsteer: PartsPreset = {
  name: 'flowsteer',
  decidedBy: 'scorer',
  parts: {
    base: { range: [-1, 0], weight: 1 },
    structure: { range: [0, 1], weight: 1 },
    correctness: { range: [0, 1], weight: 1 },
  },
  values: (input) => {
    const structure = hasOwnAnswer(input) ? structureOf(input) : 0
    return { base: -1, structure, correctness: structure >= 1 && input.verdict === 'true' ? 1 : 0 }
  },
}

const checkers: readonly string[] = ['Review', 'Test']
const formers: readonly string[] = ['AnswerGenerate']

function structureOf({ operators, program }: RewardInput): number {
  const has = (names: readonly string[]): boolean => operators.some((name) => names.includes(name))
  const tenths =
    (has(checkers) ? 2 : 0) +
    (has(formers) ? 2 : 0) +
    (operators.length >= 6 ? 2 : 0) +
    (hasControl(program ?? '') ? 4 : 0)
  return Math.min(10, tenths) / 10
}

/** Read from the text, as FlowSteer does: `gather`, `if`, `for`, `while` outside strings and remarks. */
function hasControl(program: string): boolean {
  const code = program.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*$/gm, ' ')
  return /\bgather\s*\(|^\s*(?:if|for|while|async for)\b/m.test(code)
}
