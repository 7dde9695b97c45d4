/** Sequences defined by their first term and a rule for the next. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between } from '../words.ts'
import type { Value } from './stage.ts'
import { planTests } from './tests.ts'

interface Rule {
  readonly start: number
  readonly times: number
  readonly plus: number
  readonly modulus: number
  readonly wants: 'term' | 'sum'
}

function run(rule: Rule, n: number): number {
  let term = rule.start
  let sum = term
  for (let i = 1; i < n; i++) {
    term = term * rule.times + rule.plus
    if (rule.modulus > 0) term %= rule.modulus
    sum += term
  }
  return rule.wants === 'sum' ? sum : term
}

/** What people get wrong: the number of terms, a forgotten or changed part of the rule. */
function mistakes(rule: Rule): ((n: Value) => Value)[] {
  const wrong: Rule[] = [{ ...rule, start: rule.start + 1 }]
  if (rule.plus > 0) wrong.push({ ...rule, plus: rule.plus - 1 }, { ...rule, plus: -rule.plus })
  if (rule.times > 1) wrong.push({ ...rule, times: rule.times + 1 })
  if (rule.wants === 'sum') wrong.push({ ...rule, wants: 'term' })
  return [(n) => run(rule, Number(n) + 1), ...wrong.map((other) => (n: Value) => run(other, Number(n)))]
}

function make(rng: Rng, level: number): Draft | null {
  const hasModulus = level >= 4
  const rule: Rule = {
    start: between(rng, 1, 20),
    times: level === 1 ? 1 : between(rng, 2, 5),
    plus: level === 2 ? 0 : between(rng, 1, 15),
    modulus: hasModulus ? between(rng, 17, 99) : 0,
    wants: level === 5 ? 'sum' : 'term',
  }
  if (hasModulus && rule.start >= rule.modulus) return null
  const name = `${rng.pick(['sequence', 'series', 'pattern', 'chain', 'row'])}_${rng.pick(['term', 'value', 'number', 'element', 'member'])}`
  const change =
    rule.times === 1
      ? rng.pick([
          `each further term is ${rule.plus} more than the one before`,
          `every next term is the one before plus ${rule.plus}`,
        ])
      : rule.plus === 0
        ? rng.pick([
            `each further term is ${rule.times} times the one before`,
            `every next term is the one before times ${rule.times}`,
          ])
        : rng.pick([
            `each further term is ${rule.times} times the one before plus ${rule.plus}`,
            `every next term is the one before times ${rule.times}, plus ${rule.plus}`,
          ])
  const modulo = hasModulus ? `, taken modulo ${rule.modulus}` : ''
  const wants =
    rule.wants === 'sum'
      ? rng.pick(['returns the sum of the first n terms', 'gives the sum of the first n terms'])
      : rng.pick(['returns the n-th term', 'gives the n-th term'])
  const question = rng.pick([
    `Write a Python function \`${name}(n)\` that ${wants} of a sequence. The sequence starts with ${rule.start}, and ${change}${modulo}. Terms are counted from 1.`,
    `A sequence starts with ${rule.start}, and ${change}${modulo}. Write a Python function \`${name}(n)\` that ${wants}, counting from 1.`,
  ])
  const plan = planTests(rng, name, {
    inputs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    behaviour: {
      right: (n) => run(rule, Number(n)),
      mistakes: mistakes(rule),
    },
  })
  if (plan === null) return null
  const step = `term * ${rule.times} + ${rule.plus}`.replace(' * 1 ', ' ').replace(/ \+ 0$/, '')
  const next = hasModulus ? `(${step}) % ${rule.modulus}` : step
  const answer =
    rule.wants === 'sum'
      ? [
          `def ${name}(n):`,
          `    term = ${rule.start}`,
          '    total = term',
          '    for _ in range(n - 1):',
          `        term = ${next}`,
          '        total += term',
          '    return total',
        ]
      : [
          `def ${name}(n):`,
          `    term = ${rule.start}`,
          '    for _ in range(n - 1):',
          `        term = ${next}`,
          '    return term',
        ]
  return {
    question,
    answer: answer.join('\n'),
    parameters: [rule.start, rule.times, rule.plus, rule.modulus, rule.wants],
    entryPoint: name,
    ...plan,
  }
}

export const recurrence: Family = { name: 'recurrence', type: 'code', make }
