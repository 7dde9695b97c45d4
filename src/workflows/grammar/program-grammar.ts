/**
 * The grammar of workflows of a contract, made from the contract: generators, a chooser where there are several
 * candidates, then up to two steps that go on from the answer. Every text it has is a valid program (tested on random
 * ones), and every canonical plan is one of its texts. Two forms: programs that make the operators they call, in the
 * order of their first call, and programs that make every operator of the contract first.
 */

import { characters, choice, type Grammar, repeat, rule, type Syntax, sequence, text } from '../../core/grammar.ts'
import type { ProblemType } from '../../core/problem.ts'
import { type ContractName, makeLine, operatorsFor, workflowClass } from '../contract/index.ts'
import {
  type ChooserName,
  candidates,
  canGoAgain,
  chooserLine,
  chooserNames,
  type FollowerName,
  followerLines,
  followerNames,
  type GeneratorName,
  generatorCall,
  generatorNames,
  indent,
  operatorsOf,
  resultExpression,
  returnLine,
  takesInstruction,
} from './steps.ts'

/** What a contract offers a program of a type, by what it does there. */
export interface Offer {
  readonly generators: readonly GeneratorName[]
  readonly choosers: readonly ChooserName[]
  readonly followers: readonly FollowerName[]
}

/** Of a contract with more generators than this, programs of the first form take these many, the rest the second form. */
const maxOrdered = 3
const maxFollowers = 2
/** An instruction without end would be the end of many a completion. */
const maxInstructionChars = 240
/** Steps that programs of the first form may have; the others are in the second. */
const orderedFollowers: readonly FollowerName[] = ['Test', 'Revise', 'Again']

export const programStart = `class ${workflowClass.name}:
    def __init__(self, ${workflowClass.init.join(', ')}):
        self.${workflowClass.llmAttribute} = ${workflowClass.llmFactory}(${workflowClass.llmConfig})
`

export const callStart = `    async def __call__(self, ${workflowClass.call
  .map(({ name, defaultValue }) => (defaultValue === null ? name : `${name}=${defaultValue}`))
  .join(', ')}):
`

export function offerOf(type: ProblemType, contract: ContractName): Offer {
  const names = operatorsFor(type, contract).map(({ name }) => name)
  const has = (name: string): boolean => names.includes(name)
  return {
    generators: generatorNames.filter(has),
    choosers: chooserNames.filter(has),
    followers: followerNames.filter((follower) => operatorsOf(follower).every(has)),
  }
}

/** @throws RangeError when the contract offers nothing that answers problems of the type. */
export function programGrammar(type: ProblemType, contract: ContractName = 'full'): Grammar {
  const offer = offerOf(type, contract)
  if (offer.generators.length === 0)
    throw new RangeError(`the contract ${contract} offers nothing for ${type} problems`)
  const rules = new Map<string, Syntax>()
  const define = (name: string, make: () => Syntax): Syntax => {
    if (!rules.has(name)) rules.set(name, make())
    return rule(name)
  }
  const tails = new Tails(define, type, offer)
  rules.set('root', sequence(text(programStart), choice(rule('made-as-called'), rule('all-made'))))
  const ordered = offer.generators.slice(0, maxOrdered)
  const chooser = offer.choosers[0]
  const call = define('call', () => text(callStart))
  const made = (names: readonly string[]): Syntax[] =>
    [...new Set(names)].map((name) => define(ruleName('make', name), () => text(makeLine(name))))
  const program = (names: readonly string[], ...body: readonly Syntax[]): Syntax =>
    sequence(...made(names), call, ...body)
  const byOrder = ordersOf(ordered).flatMap((order) => {
    const single = order.length === 1 ? (order[0] as GeneratorName) : null
    const one =
      single === null
        ? []
        : tails
            .lists(single, orderedFollowers)
            .map((list) =>
              program([single, ...list.flatMap(operatorsOf)], singleCall(define, single), tails.of(single, list)),
            )
    const several =
      chooser === undefined
        ? []
        : tails.lists(null, orderedFollowers).map((list) =>
            program(
              [...order, chooser, ...list.flatMap(operatorsOf)],
              candidatesOf(define, order, type),
              define(ruleName('choose', chooser), () => text(chooserLine(chooser))),
              tails.of(chooser, list),
            ),
          )
    return [...one, ...several]
  })
  rules.set('made-as-called', choice(...byOrder))
  const anyBody = [
    ...offer.generators.map((name) => sequence(singleCall(define, name), tails.any(name))),
    ...offer.choosers.map((name) =>
      sequence(
        anyCandidates(define, offer.generators, type),
        define(ruleName('choose', name), () => text(chooserLine(name))),
        tails.any(name),
      ),
    ),
  ]
  rules.set(
    'all-made',
    program(
      operatorsFor(type, contract).map(({ name }) => name),
      choice(...anyBody),
    ),
  )
  return rules
}

type Define = (name: string, make: () => Syntax) => Syntax

/** Every order of one or more of the names. */
function ordersOf<T>(names: readonly T[]): T[][] {
  return names.flatMap((name) => [
    [name],
    ...ordersOf(names.filter((other) => other !== name)).map((rest) => [name, ...rest]),
  ])
}

function ruleName(...parts: readonly string[]): string {
  return parts
    .map((part) => part.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase())
    .filter((part) => part !== '')
    .join('-')
}

/**
 * What an instruction is written with: signs that no reading of a completion takes away or takes for something else (line
 * separators, zero-width blanks, the brackets of turn marks and reasoning tags).
 */
const instructionSet = '^"\\\\<\\[\\x00-\\x1F\\x7F-\\x9F\\u200B\\u2028\\u2029\\u2060\\uFEFF'

/** A string in double quotes, on one line, with the escapes that Python and JSON share. */
export function quotedInstruction(maxChars: number): Syntax {
  const character = choice(characters(instructionSet), sequence(text('\\'), characters('n"\\\\')))
  return sequence(text('"'), repeat(character, 1, maxChars), text('"'))
}

function callOf(define: Define, name: GeneratorName): Syntax {
  return define(ruleName('ask', name), () => {
    if (!takesInstruction(name)) return text(generatorCall(name, ''))
    const [before = '', after = ''] = generatorCall(name, '\0').split('\0')
    return sequence(
      text(before),
      define('instruction', () => quotedInstruction(maxInstructionChars)),
      text(after),
    )
  })
}

function singleCall(define: Define, name: GeneratorName): Syntax {
  return sequence(text(indent), callOf(define, name), text('\n'))
}

function onceRule(define: Define, name: GeneratorName, type: ProblemType): Syntax {
  const append = `${candidates}.append(${resultExpression(name, type)})\n`
  return define(ruleName('once', name), () =>
    sequence(text(indent), callOf(define, name), text(`\n${indent}${append}`)),
  )
}

function loopRule(define: Define, name: GeneratorName, type: ProblemType): Syntax {
  const append = `${candidates}.append(${resultExpression(name, type)})\n`
  return define(ruleName('loop', name), () =>
    sequence(
      text(`${indent}for _ in range(`),
      characters('2-9'),
      text(`):\n${indent}    `),
      callOf(define, name),
      text(`\n${indent}    ${append}`),
    ),
  )
}

function blockRule(define: Define, name: GeneratorName, type: ProblemType): Syntax {
  return define(ruleName('block', name), () => choice(onceRule(define, name, type), loopRule(define, name, type)))
}

/** At least two candidates, the generators in the order of their first call. */
function candidatesOf(define: Define, order: readonly GeneratorName[], type: ProblemType): Syntax {
  return define(ruleName('candidates', ...order), () => {
    const [only] = order
    const empty = text(`${indent}${candidates} = []\n`)
    if (order.length > 1 || only === undefined)
      return sequence(empty, ...order.map((name) => repeat(blockRule(define, name, type), 1, 2)))
    const block = blockRule(define, only, type)
    const loop = sequence(loopRule(define, only, type), repeat(block, 0, 2))
    return sequence(empty, choice(loop, sequence(onceRule(define, only, type), repeat(block, 1, 2))))
  })
}

function anyCandidates(define: Define, names: readonly GeneratorName[], type: ProblemType): Syntax {
  return define('candidates', () => {
    const block = choice(...names.map((name) => blockRule(define, name, type)))
    return sequence(text(`${indent}${candidates} = []\n`), repeat(block, 2, 5))
  })
}

/** What follows an answer, to the end of the program. */
class Tails {
  readonly #define: Define
  readonly #type: ProblemType
  readonly #offer: Offer

  constructor(define: Define, type: ProblemType, offer: Offer) {
    this.#define = define
    this.#type = type
    this.#offer = offer
  }

  /** Lists of followers that go on from the generator's answer (null: from a chooser's). `Again` comes first, `Format` last. */
  lists(generator: GeneratorName | null, allowed: readonly FollowerName[]): FollowerName[][] {
    const free = this.#offer.followers.filter((name) => allowed.includes(name))
    const middle = free.filter((name) => name === 'Test' || name === 'Revise')
    const middles: FollowerName[][] = [[]]
    for (let length = 1, last: FollowerName[][] = [[]]; length <= maxFollowers; length++) {
      last = last.flatMap((list) => middle.map((name) => [...list, name]))
      middles.push(...last)
    }
    const mayGoAgain = generator !== null && canGoAgain(generator) && free.includes('Again')
    const starts: FollowerName[][] = mayGoAgain ? [[], ['Again']] : [[]]
    const ends: FollowerName[][] = free.includes('Format') ? [[], ['Format']] : [[]]
    return starts
      .flatMap((start) => middles.flatMap((list) => ends.map((end) => [...start, ...list, ...end])))
      .filter((list) => list.length <= maxFollowers)
  }

  of(source: GeneratorName | ChooserName, list: readonly FollowerName[]): Syntax {
    return this.#define(ruleName('after', source, ...list), () => {
      const generator = generatorNames.find((name) => name === source) ?? null
      let answer = resultExpression(source, this.#type)
      let lines = ''
      for (const name of list) {
        const step = followerLines(name, { answer, type: this.#type, generator })
        lines += step.lines
        answer = step.answer
      }
      return text(lines + returnLine(answer))
    })
  }

  any(source: GeneratorName | ChooserName): Syntax {
    const generator = generatorNames.find((name) => name === source) ?? null
    return this.#define(ruleName('after', source, 'any'), () =>
      choice(...this.lists(generator, followerNames).map((list) => this.of(source, list))),
    )
  }
}
