import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { Answerer, AnswerOutcome, Question } from '../schema.ts'
import { defaultProfile } from './profile.ts'
import { watchAnswerer } from './watch-answerer.ts'

const failure = (kind: string): AnswerOutcome => ({ kind: 'failure', failure: kind, message: `${kind}!` })
const right: AnswerOutcome = { kind: 'answer', prediction: 'red', rawGeneration: 'red' }

function watched(outcomes: readonly AnswerOutcome[], concurrency = 2) {
  let next = 0
  const answerer: Answerer = {
    model: 'm',
    profile: defaultProfile,
    answer: async () => outcomes[next++] ?? right,
    likelihood: async () => ({ kind: 'failure', failure: 'unsupported', message: 'no' }),
  }
  const made = watchAnswerer(answerer, concurrency)
  return { made, ask: () => made.answer({} as Question, []) }
}

async function caught(body: () => unknown): Promise<BatonError> {
  try {
    await body()
  } catch (error) {
    assert.ok(error instanceof BatonError)
    return error
  }
  throw new assert.AssertionError({ message: 'it should have failed' })
}

test('twice as many failures in a row as are asked at once end it; an answer between them, or a refusal by design, does not', async () => {
  const fails = failure('network')
  const { made, ask } = watched([fails, fails, fails, right, fails, fails, fails, right, fails, fails, fails, fails])
  for (let i = 0; i < 3; i++) await ask()
  await made.likelihood({} as Question, [], 'x')
  for (let i = 0; i < 8; i++) await ask()
  const error = await caught(ask)
  assert.deepEqual([error.exitCode, error.code], [3, 'network'])
  assert.equal(error.message, '4 questions in a row had no answer (network!).')
  assert.match(error.hint ?? '', /^Check that the server runs and that --server is its address\. Then resume/)
})

test('a few missing answers are let be; more than one in twenty end it, named by kind, the commonest with what to do', async () => {
  const few = watched([failure('timeout'), ...Array.from({ length: 19 }, () => right)])
  for (let i = 0; i < 20; i++) await few.ask()
  few.made.refuseMissing()
  const outcomes = ['timeout', 'empty-content', 'timeout'].flatMap((kind) => [failure(kind), right, right])
  const many = watched(outcomes)
  for (let i = 0; i < 9; i++) await many.ask()
  const error = await caught(() => many.made.refuseMissing())
  assert.equal(error.message, '3 of 9 questions had no answer: timeout 2, empty-content 1 (timeout!).')
  assert.match(error.hint ?? '', /lower --concurrency/)
  watched([]).made.refuseMissing()
})
