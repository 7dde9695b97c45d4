import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareMath } from './compare-math.ts'

/** Answers of every form that the grammar knows. */
const whole = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(String)
const decimal = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 1, max: 99_999 }))
  .map(([units, parts]) => `${units}.${String(parts).padStart(5, '0').replace(/0+$/, '')}`)
const positive = fc.integer({ min: 2, max: 99 })
const fraction = fc.tuple(positive, positive).map(([a, b]) => `\\frac{${a}}{${b}}`)
const atom = fc.oneof(whole, decimal, fraction)
const unit = fc.constantFrom('m', 'km', 'cm^2', 'kg', 'hours', 'mph', 'm/s', 'dollars', 'liters')
const expression = fc.oneof(
  fc.tuple(positive, positive).map(([a, b]) => `${a}\\sqrt{${b}}`),
  fc.tuple(positive, positive, positive).map(([a, b, c]) => `${a}x^2 + ${b}x - ${c}`),
  fc.tuple(positive, positive).map(([a, b]) => `\\frac{${a}\\pi}{${b}}`),
  fc.tuple(positive, positive).map(([a, b]) => `${a}+${b}i`),
)
const answer = fc.oneof(
  { weight: 4, arbitrary: atom },
  { weight: 2, arbitrary: expression },
  fc.tuple(atom, unit).map(([a, name]) => `${a} ${name}`),
  fc.tuple(atom, atom).map(([a, b]) => `(${a}, ${b})`),
  fc.tuple(atom, atom).map(([a, b]) => `[${a}, ${b})`),
  fc.array(atom, { minLength: 2, maxLength: 4 }).map((items) => items.join(', ')),
  fc.array(atom, { minLength: 1, maxLength: 4 }).map((items) => `\\{${items.join(', ')}\\}`),
  fc.tuple(positive, positive).map(([a, b]) => `${a} < x \\le ${a + b}`),
  fc.tuple(atom, atom).map(([a, b]) => `\\begin{pmatrix} ${a} \\\\ ${b} \\end{pmatrix}`),
  fc.tuple(positive, positive).map(([a, b]) => `y = ${a}x + ${b}`),
)

test('every answer equals itself, bare, boxed, in a sentence, in display mathematics and fenced', () => {
  fc.assert(
    fc.property(answer, (text) => {
      for (const said of [
        text,
        `\\boxed{${text}}`,
        `The answer is $${text}$.`,
        `So\n\\[\n${text}\n\\]`,
        `\`\`\`\n${text}\n\`\`\``,
      ])
        assert.equal(compareMath(said, text).outcome, 'equal', said)
    }),
    { numRuns: 10_000 },
  )
})

test('another digit, sign, unit or comparison never leaves two answers equal', () => {
  const place = fc.nat()
  const step = fc.integer({ min: 1, max: 9 })
  fc.assert(
    fc.property(answer, place, step, (text, at, by) => {
      const digits = [...text.matchAll(/\d/g)].map(({ index }) => index)
      const index = digits[at % digits.length] as number
      const digit = (Number(text[index]) + by) % 10
      const changed = text.slice(0, index) + digit + text.slice(index + 1)
      // A number may end up as it was (0.50 and 0.5), a fraction too (2/4 and 3/6), a set too.
      if (/\\frac|\\\{/.test(text)) return
      assert.notEqual(compareMath(changed, text).outcome, 'equal', `${changed} for ${text}`)
    }),
    { numRuns: 4000 },
  )
  fc.assert(
    fc.property(fc.oneof(positive.map(String), fraction, expression), unit, unit, (text, one, other) => {
      assert.notEqual(compareMath(`-(${text})`, text).outcome, 'equal', text)
      if (one !== other)
        assert.notEqual(compareMath(`${text} ${one}`, `${text} ${other}`).outcome, 'equal', `${one} ${other}`)
      assert.notEqual(compareMath(`x > ${text}`, text).outcome, 'equal')
      assert.notEqual(compareMath(`${text}`, `x \\ge ${text}`).outcome, 'equal')
      assert.notEqual(compareMath(`x < ${text}`, `x \\le ${text}`).outcome, 'equal')
      assert.notEqual(compareMath(`x < ${text}`, `x > ${text}`).outcome, 'equal')
    }),
    { numRuns: 1000 },
  )
})

test('spaces, grouping and the spelling of LaTeX never make two answers different', () => {
  const grouped = (digits: string, mark: string): string => digits.replace(/(?<=\d)(?=(?:\d{3})+(?!\d))/g, mark)
  fc.assert(
    fc.property(whole, (text) => {
      for (const mark of [',', '{,}', '\\,', '\\!,', ',\\!', '\u2009', '\u202f', ' ', "'"])
        assert.equal(compareMath(grouped(text, mark), text).outcome, 'equal', grouped(text, mark))
      for (const said of [
        text.replace('-', '−'),
        `${text}.0`,
        `$${text}$`,
        `\\(${text}\\)`,
        `+${text}`.replace('+-', '-'),
        `x = ${text}`,
        `(${text})`,
      ])
        assert.equal(compareMath(said, text).outcome, 'equal', said)
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(answer, (text) => {
      const spellings = [
        text.replaceAll('\\frac', '\\dfrac'),
        text.replaceAll('\\frac', '\\tfrac'),
        text.replaceAll('(', '\\left(').replaceAll(')', '\\right)'),
        text.replaceAll(', ', ',\\ '),
        text.replaceAll(' ', '  '),
        text.replaceAll('\\le', '\\leq'),
        text.replaceAll('pmatrix', 'bmatrix'),
        text.replaceAll('\\sqrt', '\\sqrt '),
        text.replace(/\\frac\{(\d+)\}\{(\d+)\}/g, '{$1}/{$2}'),
        `\\displaystyle ${text}`,
      ]
      for (const said of spellings)
        assert.equal(compareMath(`\\boxed{${said}}`, text).outcome, 'equal', `${said} for ${text}`)
    }),
    { numRuns: 1000 },
  )
})

test('no text makes the comparison fail, and none is read without end', () => {
  const piece = fc.constantFrom(
    '\\frac',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '^',
    '_',
    '1',
    '23',
    '.',
    ',',
    'x',
    'cm',
    '\\sqrt',
    '|',
    '!',
    '%',
    '$',
    '=',
    '<',
    '±',
    ' ',
    'or',
    '\\\\',
    '\\begin{pmatrix}',
    '\\end{pmatrix}',
    ':',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(text, text, (prediction, reference) => {
      compareMath(prediction, reference)
    }),
    { numRuns: 2000 },
  )
  for (const long of [
    '('.repeat(3000),
    '9^'.repeat(1000),
    '-'.repeat(3000),
    '\\frac'.repeat(700),
    '1,'.repeat(1900),
    '\\sqrt{'.repeat(600),
  ])
    compareMath(`${long}1`, '42')
})
