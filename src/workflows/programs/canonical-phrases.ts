/** Stretches of text that canonical programs are built of, longest first: what a tokenizer should hold as single tokens. */
import { makeLine, operatorNamed } from '../contract/index.ts'
import { customInstructions } from './plan.ts'
import { type CanonicalOperator, callHead, costTail, programHead, variableOf } from './write-program.ts'

const operatorNames = Object.keys(variableOf) as CanonicalOperator[]

/** Programs come to 30 to 110 tokens with these alone; none contains a choice the policy should make in steps. */
export const canonicalPhrases: readonly string[] = [
  ...new Set([
    programHead,
    callHead,
    costTail,
    ...operatorNames.map(makeLine),
    ...Object.values(customInstructions).map((instruction) => JSON.stringify(instruction)),
    ...operatorNames.map((name) => `${variableOf[name]} = await self.${operatorNamed(name)?.attribute}(`),
    ...operatorNames.flatMap((name) =>
      (operatorNamed(name)?.returns ?? []).map(({ key }) => `${variableOf[name]}["${key}"]`),
    ),
    '        candidates = []\n',
    '        for _ in range(',
    'candidates.append(',
    '        return ',
    '            ',
    '        ',
    'input=problem',
    'problem=problem',
    ', problem=problem',
    ', instruction=',
    'solutions=candidates',
    ', solution=',
    ', feedback=',
    ', entry_point=entry_point',
    ')\n',
    '):\n',
    '2',
    '3',
    '5',
  ]),
].sort((a, b) => b.length - a.length)
