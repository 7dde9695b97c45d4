import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { characters, choice, type Grammar, regexOf, repeat, sequence, text } from '../../core/grammar.ts'
import { createTokenConstraint, type TokenConstraint } from './token-constraint.ts'
import { createTokenTrie, fewestTokens } from './token-trie.ts'

const end = 0
const texts = ['', 'a', 'b', 'c', 'ab', 'abc', 'bc', 'cc', 'é', '', '"', '"c', 'a"']
const trie = createTokenTrie(texts)
const grammar: Grammar = new Map([
  [
    'root',
    choice(
      sequence(text('"'), repeat(characters('^"'), 1, 40), text('"')),
      sequence(text('abc'), repeat(text('cc'), 0, 3)),
    ),
  ],
])
const whole = new RegExp(`^(?:${regexOf(grammar)})$`, 'u')
const constraint = createTokenConstraint(grammar, { trie, endOfTextId: end })

/** Draws by the given numbers until the end or the budget. */
function draw({ walk }: TokenConstraint, budget: number, choices: readonly number[]): number[] {
  const walked = walk(budget)
  const tokens: number[] = []
  while (tokens.length < budget && tokens.at(-1) !== end) {
    const allowed = walked.allowed()?.tokens
    assert.ok(allowed !== undefined && allowed.length > 0)
    const token = allowed[(choices[tokens.length % choices.length] as number) % allowed.length] as number
    tokens.push(token)
    walked.take(token)
  }
  return tokens
}

test('whatever is drawn of the allowed tokens is a whole text of the grammar within its budget', () => {
  const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(fc.integer({ min: constraint.least, max: 50 }), choices, (budget, drawn) => {
      const tokens = draw(constraint, budget, drawn)
      assert.equal(tokens.at(-1), end)
      const written = tokens
        .slice(0, -1)
        .map((token) => texts[token])
        .join('')
      assert.ok(whole.test(written), written)
    }),
    { numRuns: 2000 },
  )
})

test('with room, the allowed tokens are those after which a text of the grammar may follow, and the end after a whole one', () => {
  for (const before of [[], [10], [10, 4], [5], [4, 3], [5, 7], [10, 8, 10], [1]] as const) {
    const walked = constraint.walk(100)
    for (const token of before) walked.take(token)
    const written = before.map((token) => texts[token]).join('')
    const expected = texts.flatMap((next, token) => {
      if (token === end) return whole.test(written) ? [token] : []
      if (next === '') return []
      const longer = written + next
      return ['', 'c', '"', 'a"', 'bc', 'cc'].some((more) => whole.test(longer + more)) ? [token] : []
    })
    assert.deepEqual([...(walked.allowed()?.tokens ?? [])], expected, written)
  }
})

test('an answer depends on tokens and budget alone, not on what was asked before', () => {
  const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(fc.integer({ min: constraint.least, max: 12 }), choices, (budget, drawn) => {
      const tokens = draw(constraint, budget, drawn)
      const fresh = createTokenConstraint(grammar, { trie, endOfTextId: end })
      const [known, again] = [constraint.walk(budget), fresh.walk(budget)]
      for (const token of tokens) {
        assert.deepEqual(known.allowed(), again.allowed())
        known.take(token)
        again.take(token)
      }
      assert.equal(again.allowed(), null)
    }),
  )
})

test('a completion that is no text of the grammar, or has no room for one, is free from there on', () => {
  const walked = constraint.walk(20)
  walked.take(8)
  assert.equal(walked.allowed(), null)
  assert.equal(constraint.walk(constraint.least - 1).allowed(), null)
  assert.equal(constraint.least, 3)
})

test('a text is written with the fewest tokens', () => {
  assert.deepEqual(fewestTokens(trie, 'abccc'), [5, 7])
  assert.deepEqual(fewestTokens(trie, ''), [])
  assert.equal(fewestTokens(trie, 'abx'), null)
})
