/** Laws over every gold answer of the public sets: what is changed is never equal, what is written otherwise never different. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { randomFor } from '../../core/random.ts'
import { finalAnswer } from './final-answer.ts'
import { compareMath } from './mathematics/index.ts'
import { compareQa } from './qa-match.ts'

const data = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data')
const skip = existsSync(data) ? false : 'no ../shared/data'

const rows = (file: string): Readonly<Record<string, string>>[] =>
  readFileSync(join(data, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const unique = (golds: readonly string[]): string[] => [...new Set(golds.filter((gold) => gold.trim() !== ''))]

const golds = skip
  ? { math: [], qa: [] }
  : {
      math: unique([
        ...rows('gsm8k/test.jsonl').map(({ answer = '' }) => answer.split('####').at(-1)?.trim() ?? ''),
        ...rows('aflow/math_validate.jsonl').map(({ solution = '' }) => finalAnswer(solution) ?? ''),
      ]),
      qa: unique([
        ...rows('aflow/drop_validate.jsonl').flatMap(({ ref_text: text = '' }) => text.split('|')),
        ...rows('aflow/hotpotqa_validate.jsonl').map(({ answer = '' }) => answer),
      ]),
    }

/** Each digit in turn becomes another one; leading zeros of the result are left out. */
function otherDigits(gold: string): string[] {
  return [...gold.matchAll(/\d/g)].flatMap(({ index, 0: digit }) => {
    const other = String((Number(digit) + randomFor('digit', gold, index).integer(9) + 1) % 10)
    const changed = `${gold.slice(0, index)}${other}${gold.slice(index + 1)}`
    return /(?<![\d.,])0\d/.test(changed) ? [] : [changed]
  })
}

const isNumber = (gold: string): boolean =>
  /^-?\d[\d,]*(?:\.\d+)?$/.test(gold) && Number(gold.replaceAll(',', '')) !== 0

test('mathematics: another digit, sign, comparison, dimension or factor is never equal', { skip }, () => {
  const wrong: string[] = []
  let pairs = 0
  for (const gold of golds.math) {
    const changed = otherDigits(gold)
    if (isNumber(gold)) {
      changed.push(gold.startsWith('-') ? gold.slice(1) : `-${gold}`, `\\pm ${gold.replace('-', '')}`)
      changed.push(`x > ${gold}`, `x \\le ${gold}`, `at least ${gold}`, `not ${gold}`, `${gold} x`, `${gold} million`)
      changed.push(`${gold}^2`, `${gold}\\pi`, `${gold} i`, `\\sqrt{${gold.replace('-', '')}1}`)
      const dimensions = [
        [`${gold} m`, `${gold} m^2`],
        [`${gold} kg`, `${gold} kg/s`],
        [`${gold} miles`, `${gold} miles per hour`],
      ] as const
      for (const [reference, prediction] of dimensions)
        if (compareMath(prediction, reference, null).outcome === 'equal') wrong.push(`${reference} <- ${prediction}`)
    }
    for (const prediction of changed) {
      pairs += 1
      if (compareMath(`\\boxed{${prediction}}`, gold, null).outcome === 'equal') wrong.push(`${gold} <- ${prediction}`)
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(pairs > 5000, String(pairs))
})

test('mathematics: spaces, spellings of LaTeX and grouping never make an answer different', { skip }, () => {
  const wrong: string[] = []
  for (const gold of golds.math) {
    const forms = [
      ` ${gold} `,
      `$${gold}$`,
      `\\(${gold}\\)`,
      `{${gold}}`,
      gold.replaceAll('\\frac', '\\dfrac'),
      gold.replaceAll('\\frac', '\\tfrac'),
      gold.replaceAll('-', '−'),
      gold.replaceAll('\\left', '').replaceAll('\\right', ''),
      gold.replace(/,\s*/g, ',\\ '),
    ]
    const digits = gold.replaceAll(',', '')
    if (/^\d{4,}$/.test(digits)) {
      const grouped = (mark: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, mark)
      forms.push(...[',', '{,}', '\\,', '\\!', '\u202f', ' '].map(grouped))
    }
    for (const form of forms)
      if (compareMath(`The answer is \\boxed{${form}}.`, gold, null).outcome === 'different')
        wrong.push(`${gold} <- ${form}`)
  }
  assert.deepEqual(wrong, [])
})

test('questions: another digit or sign is never equal; case, articles and full stops are never different', {
  skip,
}, () => {
  const wrong: string[] = []
  for (const gold of golds.qa) {
    const changed = [
      ...otherDigits(gold),
      ...(isNumber(gold) ? [`-${gold}`] : []),
      ...(/^[1-9]\d*$/.test(gold) ? [`${gold}0`, `${gold}.5`] : []),
    ]
    for (const prediction of changed)
      if (compareQa(prediction, gold).outcome === 'equal') wrong.push(`changed: ${gold} <- ${prediction}`)
    const forms = [
      gold.toUpperCase(),
      gold.toLowerCase(),
      `the ${gold}`,
      `${gold}.`,
      ` ${gold}\n`,
      `"${gold}"`,
      `**${gold}**`,
    ]
    for (const form of forms)
      if (compareQa(form, gold).outcome === 'different') wrong.push(`written otherwise: ${gold} <- ${form}`)
  }
  assert.deepEqual(wrong, [])
})
