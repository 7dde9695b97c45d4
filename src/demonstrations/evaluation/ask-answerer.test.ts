import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { Answerer, EvaluationProfile, Question } from '../schema.ts'
import { askAnswerer } from './ask-answerer.ts'

const profile: EvaluationProfile = {
  name: 'plain',
  systemPrompt: '',
  layout: 'turns',
  questionTemplate: '{question}',
  separator: '\n',
  maxTokens: 5,
  temperature: 0,
  beams: 1,
  lengthPenalty: 0,
  maxPictureSide: 448,
  cutAt: [],
  normalisation: 'always',
}
const question = (id: string, answer: string): Question => ({
  id,
  imageId: id,
  question: `what is ${id}?`,
  answers: [answer],
  shownAnswer: answer,
  split: 'val',
  image: null,
  kind: null,
})
const questions = ['a', 'b', 'c', 'd'].map((id) => question(id, 'red'))
const demonstrations = new Map(['x', 'y'].map((id) => [id, question(id, id === 'x' ? 'The Red.' : 'blue')]))

/** Says what the demonstration next to the question says; slower for earlier questions; fails on `c`. */
function answererWith(seen: { most: number }): Answerer {
  let running = 0
  return {
    model: 'fake',
    profile,
    async answer(asked, shown) {
      running++
      seen.most = Math.max(seen.most, running)
      for (let turn = asked.id.charCodeAt(0); turn < 'e'.charCodeAt(0); turn++) await Promise.resolve()
      running--
      if (asked.id === 'c') return { kind: 'failure', failure: 'timeout', message: 'too slow' }
      const prediction = shown.at(-1)?.shownAnswer ?? ''
      return { kind: 'answer', prediction, rawGeneration: prediction }
    },
    likelihood: async () => ({ kind: 'failure', failure: 'unsupported', message: '' }),
  }
}

test('answers come back in the order of the prompts, scored by the profile, failures as null', async () => {
  const seen = { most: 0 }
  const ask = askAnswerer({ questions, demonstrations, answerer: answererWith(seen), concurrency: 3 })
  const answers = await ask([
    { question: 0, demonstrations: ['y', 'x'] },
    { question: 1, demonstrations: ['x', 'y'] },
    { question: 2, demonstrations: ['x'] },
    { question: 3, demonstrations: [] },
  ])
  assert.deepEqual(answers, [
    { prediction: 'The Red.', score: 1 },
    { prediction: 'blue', score: 0 },
    null,
    { prediction: '', score: 0 },
  ])
  assert.ok(seen.most > 1 && seen.most <= 3)
})

test('a demonstration that the index lacks is named, and a cancelled evaluation stops', async () => {
  const ask = askAnswerer({ questions, demonstrations, answerer: answererWith({ most: 0 }), concurrency: 2 })
  await assert.rejects(
    ask([{ question: 0, demonstrations: ['z'] }]),
    (error) => error instanceof BatonError && /demonstration z/.test(error.message),
  )
  await assert.rejects(
    ask([{ question: 0, demonstrations: ['x'] }], AbortSignal.abort(new Error('stopped'))),
    /stopped/,
  )
})
