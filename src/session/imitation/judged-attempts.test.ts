import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../../core/problem.ts'
import type { Tokenizer } from '../../engines/index.ts'
import type { ImitatedAttempt, ImitatedProblem } from './imitated.ts'
import { type ImitatingPolicy, judgedAttempts } from './judged-attempts.ts'

/** Letters are tokens 1 to 26, pairs `ab` may also be token 30; 0 ends. */
const tokenizer: Tokenizer = {
  encode: (text) => [...text].map((letter) => letter.charCodeAt(0) - 96),
  decode: (tokens) => tokens.map((token) => (token === 30 ? 'ab' : String.fromCharCode(token + 96))).join(''),
  vocabularySize: 31,
  endOfTextId: 0,
  padId: 0,
}

const policy: ImitatingPolicy = {
  ...{ tokenizer, contextLength: 12, maxCompletionTokens: 6 },
  prompt: () => [1, 2, 3],
  conversation: (messages) => messages.map(() => 9),
}

function problemOf(id: string): Problem {
  return { id, type: 'math', source: 's', question: id, answer: '1', difficulty: 1 }
}

function imitated(id: string, attempts: readonly ImitatedAttempt[]): ImitatedProblem {
  return { problem: problemOf(id), asked: null, attempts }
}

const written = (text: string): ImitatedAttempt => ({ text, sampled: null, reward: 1 })

function tokensOf(attempt: ImitatedAttempt): readonly number[] | undefined {
  const { judged } = judgedAttempts([imitated('a', [attempt])], policy, { heldOut: 0, seed: 1 })
  return judged.train[0]?.attempts[0]?.completion.tokens
}

test('tokens that this policy reads as the text they were sampled as are kept; any other text is encoded', () => {
  const own = { text: 'program', sampled: { text: 'abc', tokens: [30, 3, 0] }, reward: 1 }
  assert.deepEqual(tokensOf(own), [30, 3, 0])
  const encoded = [1, 2, 0]
  assert.deepEqual(tokensOf(written('ab')), encoded)
  for (const [text, tokens] of [
    ['ab', [30]],
    ['ab', [1, 30, 0]],
    ['xyz', [97, 98, 0]],
    ['ab', [1, 2, 256]],
  ] as const)
    assert.deepEqual(tokensOf({ text: 'ab', sampled: { text, tokens }, reward: 1 }), encoded)
})

test('attempts that are longer than the policy may write, with their prompt, are left out and counted', () => {
  const problems = [imitated('a', [written('abcde'), written('abcdef')]), imitated('b', [written('abcdefg')])]
  const { judged, tooLong } = judgedAttempts(problems, policy, { heldOut: 0, seed: 1 })
  assert.equal(tooLong, 2)
  assert.deepEqual(
    judged.train.map(({ problem, attempts }) => [problem.id, attempts.length]),
    [['a', 1]],
  )
  const asked = { kind: 'text', text: 'abcdefghij' } as const
  const long = { ...imitated('a', [written('ab')]), asked }
  assert.throws(() => judgedAttempts([long], policy, { heldOut: 0, seed: 1 }), /all 1 attempts are longer/)
})

test('problems are held out whole, by the seed, and at least one is left to learn from', () => {
  const problems = Array.from({ length: 20 }, (_, i) => imitated(`p${i}`, [written('ab'), written('cd')]))
  const split = (heldOut: number, seed: number) => judgedAttempts(problems, policy, { heldOut, seed }).judged
  const ids = ({ heldOut }: ReturnType<typeof split>): string[] => heldOut.map(({ problem }) => problem.id).sort()
  const { train, heldOut } = split(0.1, 1)
  assert.deepEqual([train.length, heldOut.length], [18, 2])
  assert.equal(new Set([...train, ...heldOut].map(({ problem }) => problem.id)).size, 20)
  assert.ok([...train, ...heldOut].every(({ attempts }) => attempts.length === 2))
  assert.deepEqual(ids(split(0.1, 1)), ids(split(0.1, 1)))
  assert.ok([2, 3, 4].some((seed) => ids(split(0.1, seed)).join() !== ids(split(0.1, 1)).join()))
  const one = judgedAttempts(problems.slice(0, 1), policy, { heldOut: 0.9, seed: 1 }).judged
  assert.deepEqual([one.train.length, one.heldOut.length], [1, 0])
})

test('a row is asked with its own prompt: its text, or its conversation', () => {
  const asked = [
    { kind: 'text', text: 'abc' } as const,
    { kind: 'messages', messages: [{ role: 'user', content: 'Q' }] } as const,
  ]
  const problems = asked.map((each, i) => ({ ...imitated(`r${i}`, [written('ab')]), asked: each }))
  const { train } = judgedAttempts(problems, policy, { heldOut: 0, seed: 1 }).judged
  const prompts = new Map(train.map(({ problem, prompt }) => [problem.id, prompt]))
  assert.deepEqual([prompts.get('r0'), prompts.get('r1')], [[1, 2, 3], [9]])
})
