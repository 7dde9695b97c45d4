/** Reads sequences given by a first term and a rule. */
import type { Reader, WorkedSolution } from '../reading.ts'
import { signature } from './pipeline.ts'
import { codeSolution } from './writing.ts'

interface Rule {
  readonly start: number
  readonly times: number
  readonly plus: number
  readonly modulus: number
  readonly isSum: boolean
}

function write(
  name: string,
  parameter: string,
  { rule, count = `${parameter} - 1` }: { readonly rule: Rule; readonly count?: string | undefined },
): string {
  const product = rule.times === 1 ? 'term' : `term * ${rule.times}`
  const step = rule.plus === 0 ? product : `${product} ${rule.plus < 0 ? '-' : '+'} ${Math.abs(rule.plus)}`
  const next = rule.modulus > 0 ? `(${step}) % ${rule.modulus}` : step
  const lines = [`def ${name}(${parameter}):`, `    term = ${rule.start}`]
  if (rule.isSum) lines.push('    total = term')
  lines.push(`    for _ in range(${count}):`, `        term = ${next}`)
  if (rule.isSum) lines.push('        total += term')
  lines.push(rule.isSum ? '    return total' : '    return term')
  return lines.join('\n')
}

export const recurrenceReader: Reader = {
  family: 'recurrence',
  cues: ['sequence'],
  read(text) {
    const head = signature.exec(text)
    const start = /(?:sequence )?starts with (-?\d+)/i.exec(text)?.[1]
    const name = head?.[1] ?? head?.[3]
    const parameter = head?.[2] ?? head?.[4]
    if (start === undefined || name === undefined || parameter === undefined) return null
    const more = /term is (\d+) more than the one before/i.exec(text)?.[1]
    const times = /(\d+) times the one before|one before times (\d+)/i.exec(text)
    const plus = more ?? /one before(?: times \d+,)? plus (\d+)/i.exec(text)?.[1]
    const rule: Rule = {
      start: Number(start),
      times: Number(times?.[1] ?? times?.[2] ?? 1),
      plus: Number(plus ?? 0),
      modulus: Number(/modulo (\d+)/i.exec(text)?.[1] ?? 0),
      isSum: /sum of the first/i.test(text),
    }
    const right = write(name, parameter, { rule })
    const bugs = [
      write(name, parameter, { rule, count: parameter }),
      write(name, parameter, { rule: { ...rule, start: rule.start + 1 } }),
    ]
    if (rule.times > 1) bugs.push(write(name, parameter, { rule: { ...rule, times: rule.times + 1 } }))
    if (rule.plus > 0)
      bugs.push(
        write(name, parameter, { rule: { ...rule, plus: -rule.plus } }),
        write(name, parameter, { rule: { ...rule, plus: rule.plus - 1 } }),
      )
    if (rule.isSum) bugs.push(write(name, parameter, { rule: { ...rule, isSum: false } }))
    const sentences = [
      `The first term is ${rule.start}.`,
      `Each next one is the one before times ${rule.times} plus ${rule.plus}${rule.modulus > 0 ? `, modulo ${rule.modulus}` : ''}.`,
    ]
    const think = (code: string): WorkedSolution => codeSolution(code, { name, parameter, explanation: sentences })
    const difficulty = rule.isSum
      ? 5
      : rule.modulus > 0
        ? 4
        : rule.times > 1 && rule.plus > 0
          ? 3
          : rule.times > 1
            ? 2
            : 1
    return {
      type: 'code',
      family: 'recurrence',
      key: `recurrence|${right}`,
      difficulty,
      right: () => think(right),
      wrong: (rng) => think(rng.pick(bugs)),
    }
  },
}
