/**
 * Pairs of a reference and a prediction whose truth is known by how they are made: golds of MATH (where `../shared/data` is
 * there) and generated answers, written in another way (equal) or with another digit, sign, unit or comparison (different).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomFromSeed } from '../src/core/random.ts'
import { finalAnswer } from '../src/datasets/scorers/index.ts'

export interface KnownPair {
  readonly reference: string
  readonly prediction: string
  readonly isEqual: boolean
}

const golds = join(import.meta.dirname, '..', '..', 'shared', 'data', 'aflow', 'math_validate.jsonl')

/** null where the data is not there. */
export function goldPairs(): KnownPair[] | null {
  if (!existsSync(golds)) return null
  const rows = readFileSync(golds, 'utf8').trim().split('\n')
  return rows.flatMap((row) => {
    const reference = finalAnswer(JSON.parse(row).solution) ?? ''
    return reference === '0' ? [] : perturbed(reference)
  })
}

const questionFiles = ['drop_validate.jsonl', 'hotpotqa_validate.jsonl']

/** Of questions about a text; null where the data is not there. */
export function questionPairs(): KnownPair[] | null {
  const folder = join(golds, '..')
  if (!existsSync(golds)) return null
  const rows = questionFiles.flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
  const answers = new Set(
    rows.flatMap((row) => {
      const { ref_text: listed, answer } = JSON.parse(row) as { ref_text?: string; answer?: string }
      return (listed ?? answer ?? '').split('|').filter((part) => part.trim() !== '')
    }),
  )
  return [...answers].flatMap((reference) => {
    const equal = [
      reference,
      reference.toLowerCase(),
      `${reference}.`,
      `the ${reference}`,
      `The answer is ${reference}.`,
    ]
    const different: string[] = []
    const digit = /[1-8]/.exec(reference)
    if (digit !== null)
      different.push(
        `${reference.slice(0, digit.index)}${Number(digit[0]) + 1}${reference.slice(digit.index + 1)}`,
        `${reference.slice(0, digit.index + 1)}.${reference.slice(digit.index + 1)}`.replace(/\.(?!\d)/g, '.5'),
      )
    if (/^[1-9][\d,.]*$/.test(reference)) different.push(`-${reference}`)
    return [
      ...equal.map((prediction) => ({ reference, prediction, isEqual: true })),
      ...different
        .filter((prediction) => !prediction.includes('..') && !/\d\.\d*\./.test(prediction))
        .map((prediction) => ({ reference, prediction, isEqual: false })),
    ]
  })
}

/** @param count of answers; each gives several pairs. */
export function generatedPairs(count: number): KnownPair[] {
  const rng = randomFromSeed(7)
  const below = (n: number): number => rng.integer(n)
  const from = (least: number, most: number): number => least + below(most - least + 1)
  const forms = [
    () => String(from(2, 999_999)),
    () => `\\frac{${from(2, 49)}}{${from(51, 99)}}`,
    () => `${from(2, 30)}\\sqrt{${[2, 3, 5, 7, 11][below(5)]}}`,
    () => `(${from(2, 60)}, ${from(-60, -2)})`,
    () => `[${from(2, 30)}, ${from(31, 90)})`,
    () => `${from(2, 20)}x + ${from(21, 90)}`,
    () => `\\frac{${[2, 3, 5, 7][below(4)]}\\pi}{${[11, 13, 17][below(3)]}}`,
    () => `${from(2, 90)}.${from(11, 99)}`,
  ]
  return Array.from({ length: count }, (_, at) => perturbed((forms[at % forms.length] as () => string)())).flat()
}

function perturbed(reference: string): KnownPair[] {
  const equal = [
    `The answer is $\\boxed{${reference}}$.`,
    `Thus we get $${reference}$.`,
    `So the value is\n\\[\n${reference}\n\\]`,
    `\\boxed{${reference.replaceAll('\\frac', '\\dfrac').replaceAll('(', '\\left(').replaceAll(')', '\\right)')}}`,
    ...(/^\d+$/.test(reference) ? [`\\boxed{${reference}.0}`, `$${Number(reference).toLocaleString('en-US')}$`] : []),
  ]
  const digit = /\d/.exec(reference)
  const different: string[] = []
  if (digit !== null) {
    const next = reference[digit.index] === '9' ? '8' : String(Number(reference[digit.index]) + 1)
    different.push(`\\boxed{${reference.slice(0, digit.index)}${next}${reference.slice(digit.index + 1)}}`)
    if (!/[,x]|\\text|\\begin/.test(reference))
      different.push(`\\boxed{${reference.startsWith('-') ? reference.slice(1) : `-${reference}`}}`)
  }
  if (/^-?\d+$/.test(reference))
    different.push(
      `\\boxed{${reference}x}`,
      `\\boxed{${reference}\\%}`,
      `$x > ${reference}$`,
      `$\\pm ${reference}$`,
      `\\boxed{${reference}^2}`,
    )
  return [
    ...equal.map((prediction) => ({ reference, prediction, isEqual: true })),
    ...different.map((prediction) => ({ reference, prediction, isEqual: false })),
  ]
}
