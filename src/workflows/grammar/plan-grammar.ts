/**
 * The grammar of plans as JSON: the values of `planSchema`, on one line, members in the order of the schema, white space as
 * `JSON.stringify` would not have it but models write it: one blank behind colons and commas.
 */

import { characters, choice, type Grammar, repeat, rule, type Syntax, sequence, text } from '../../core/grammar.ts'
import type { ProblemType } from '../../core/problem.ts'
import type { ContractName } from '../contract/index.ts'
import { maxGenerators, maxInstructionChars, maxSteps, maxTimes } from './json-plan.ts'
import { offerOf, quotedInstruction } from './program-grammar.ts'
import { takesInstruction } from './steps.ts'

const json = (value: string | null): Syntax => text(JSON.stringify(value))

/** @throws RangeError when the contract offers nothing that answers problems of the type. */
export function planGrammar(type: ProblemType, contract: ContractName = 'full'): Grammar {
  const { generators, choosers, followers } = offerOf(type, contract)
  if (generators.length === 0) throw new RangeError(`the contract ${contract} offers nothing for ${type} problems`)
  const several = choosers.length > 0
  const times = repeat(sequence(text(', "times": '), characters(`1-${several ? maxTimes : 1}`)), 0, 1)
  const candidate = (operator: string, hasInstruction: boolean): Syntax =>
    sequence(
      text('{"operator": '),
      json(operator),
      times,
      ...(hasInstruction ? [text(', "instruction": '), rule('instruction')] : []),
      text('}'),
    )
  const listOf = (part: Syntax, least: number, most: number): Syntax => {
    const list = sequence(part, repeat(sequence(text(', '), part), 0, most - 1))
    return sequence(text('['), least > 0 ? list : repeat(list, 0, 1), text(']'))
  }
  return new Map<string, Syntax>([
    [
      'root',
      sequence(
        text('{"candidates": '),
        listOf(rule('candidate'), 1, several ? maxGenerators : 1),
        ...(several ? [repeat(sequence(text(', "choose": '), rule('chooser')), 0, 1)] : []),
        ...(followers.length > 0
          ? [repeat(sequence(text(', "steps": '), listOf(rule('step'), 0, maxSteps)), 0, 1)]
          : []),
        text('}'),
      ),
    ],
    ['candidate', choice(...generators.map((name) => candidate(name, takesInstruction(name))))],
    ...(several ? ([['chooser', choice(...[...choosers, null].map(json))]] as const) : []),
    ...(followers.length > 0 ? ([['step', choice(...followers.map(json))]] as const) : []),
    ['instruction', quotedInstruction(maxInstructionChars)],
  ])
}
