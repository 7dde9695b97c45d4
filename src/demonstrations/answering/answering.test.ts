import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { encode as encodePng } from 'fast-png'
import { encode as encodeJpeg } from 'jpeg-js'
import type { CallRecord } from '../../core/records.ts'
import { createChatModel } from '../../llm/index.ts'
import { startSimulator } from '../../simulation/index.ts'
import { pictureQuestions } from '../../simulation/pictures/index.ts'
import { createSimulatedModel } from '../../simulation/server/simulated-model.ts'
import type { EvaluationProfile, Question } from '../schema.ts'
import { answerLogprob } from './answerer.ts'
import {
  createAnswerer,
  decodePicture,
  defaultProfile,
  hashProfile,
  judgeAnswer,
  likelihoodBody,
  readEvaluationProfile,
  requireSameProfile,
  shrink,
  withoutPictures,
} from './index.ts'
import { pictureUrl } from './pictures.ts'
import { promptFor, readAnswer } from './prompt.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-answering-'))
after(() => rmSync(folder, { recursive: true }))

const { index, heldOut } = pictureQuestions({ seed: 5, index: 40, heldOut: 20 })
const urlOf = (image: string): string => image
const plain = (question: string, shownAnswer = 'a'): Question => ({
  id: question,
  imageId: question,
  question,
  answers: [shownAnswer],
  shownAnswer,
  split: 'train',
  image: null,
  kind: null,
})

test('a prompt shows demonstrations in order, in turns or joined, with the picture before its question', () => {
  const withPicture = { ...plain('what?', 'sea'), image: 'data:image/png;base64,x' }
  const turns = promptFor(withPicture, [{ ...withPicture, question: 'who?' }], { profile: defaultProfile, urlOf })
  assert.deepEqual(
    turns.map(({ role }) => role),
    ['system', 'user', 'assistant', 'user'],
  )
  assert.deepEqual(turns[1]?.content, [
    { type: 'image_url', image_url: { url: 'data:image/png;base64,x' } },
    { type: 'text', text: 'Question:who? Short answer:' },
  ])
  assert.equal(turns[2]?.content, 'sea')
  const profile: EvaluationProfile = { ...defaultProfile, layout: 'joined', systemPrompt: '' }
  const joined = promptFor(plain('why?'), [plain('who?', 'me'), plain('$& where?', 'here')], { profile, urlOf })
  assert.deepEqual(joined, [
    {
      role: 'user',
      content: 'Question:who? Short answer: me\nQuestion:$& where? Short answer: here\nQuestion:why? Short answer:',
    },
  ])
})

test('a reply is cut at the first mark, and marks at its beginning are passed over', () => {
  const read = (reply: string): string => readAnswer(reply, defaultProfile)
  assert.equal(read(' surfing. '), 'surfing')
  assert.equal(read('wave, sea'), 'wave')
  assert.equal(read('two\nQuestion: how many?'), 'two')
  assert.equal(read('red Question:what?'), 'red')
  assert.equal(read('Answer: 3'), 'Answer: 3')
})

test('a profile is checked, hashed over everything but its name, and never mixed with another one', () => {
  assert.deepEqual(readEvaluationProfile({}, 'p'), defaultProfile)
  assert.throws(() => readEvaluationProfile({ maxToken: 5 }, 'p.yaml'), {
    code: 'evaluation-profile',
    message: /p\.yaml.*maxToken/,
  })
  assert.throws(() => readEvaluationProfile({ questionTemplate: 'Q:' }, 'p'), { code: 'evaluation-profile' })
  assert.throws(() => readEvaluationProfile({ beams: 3, temperature: 1 }, 'p'), { code: 'evaluation-profile' })
  const hashed = hashProfile(defaultProfile)
  assert.equal(hashProfile({ ...defaultProfile, name: 'other' }), hashed)
  const changes: Partial<EvaluationProfile>[] = [
    { systemPrompt: 'x' },
    { layout: 'joined' },
    { questionTemplate: '{question}' },
    { separator: ' ' },
    { maxTokens: 5 },
    { temperature: 0.5 },
    { beams: 3 },
    { lengthPenalty: 1 },
    { maxPictureSide: 224 },
    { cutAt: [] },
    { normalisation: 'always' },
  ]
  assert.equal(new Set([hashed, ...changes.map((change) => hashProfile({ ...defaultProfile, ...change }))]).size, 12)
  requireSameProfile(hashed, defaultProfile, 'data')
  assert.throws(() => requireSameProfile('0'.repeat(64), defaultProfile, 'data.json'), { code: 'evaluation-profile' })
  assert.throws(() => requireSameProfile(null, defaultProfile, 'data.json'), { message: /does not tell its profile/ })
})

test('pictures are read from PNG of every kind and from JPEG, and transparency is laid on white', () => {
  const rgba = encodePng({
    width: 2,
    height: 1,
    data: Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 0),
    channels: 4,
    depth: 8,
  })
  const path = join(folder, 'a.png')
  writeFileSync(path, rgba)
  assert.deepEqual(decodePicture(path), { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 255, 255, 255) })
  const grey = encodePng({ width: 1, height: 1, data: Uint16Array.of(65535 / 5), channels: 1, depth: 16 })
  const url = `data:image/png;base64,${Buffer.from(grey).toString('base64')}`
  assert.deepEqual(decodePicture(url), { width: 1, height: 1, data: Uint8Array.of(51, 51, 51) })
  const flat = new Uint8Array(8 * 8 * 4).fill(200)
  const jpeg = join(folder, 'b.jpg')
  writeFileSync(jpeg, encodeJpeg({ width: 8, height: 8, data: flat }, 90).data)
  const read = decodePicture(jpeg)
  assert.deepEqual([read.width, read.height, read.data.length], [8, 8, 192])
  assert.ok(read.data.every((value) => Math.abs(value - 200) <= 2))
  writeFileSync(path, 'no picture')
  assert.throws(() => decodePicture(path), { code: 'picture' })
  writeFileSync(path, rgba.subarray(0, 40))
  assert.throws(() => decodePicture(path), { code: 'picture' })
})

test('shrinking averages, keeps the proportions, never enlarges, and a small PNG goes as it is', () => {
  const data = Uint8Array.from({ length: 4 * 2 * 3 }, (_, i) => (Math.floor(i / 3) % 4 < 2 ? 0 : 100))
  assert.deepEqual(shrink({ width: 4, height: 2, data }, 2), {
    width: 2,
    height: 1,
    data: Uint8Array.of(0, 0, 0, 100, 100, 100),
  })
  const third = shrink({ width: 3, height: 1, data: Uint8Array.of(0, 0, 0, 90, 90, 90, 30, 30, 30) }, 1)
  assert.deepEqual(third.data, Uint8Array.of(40, 40, 40))
  const small = { width: 4, height: 2, data }
  assert.equal(shrink(small, 4), small)
  const url = index[0]?.image ?? ''
  assert.equal(pictureUrl(url, 448), url)
  assert.equal(decodePicture(pictureUrl(url, 40)).width, 40)
})

test('over HTTP and in this process the simulator gives the same answers and likelihoods', async () => {
  const simulator = await startSimulator({ inWorker: false })
  const options = { baseUrl: simulator.baseUrl, model: 'simulator-half' }
  const model = createChatModel(options)
  const likelihoodModel = createChatModel({ ...options, extraBody: likelihoodBody })
  const here = createSimulatedModel('simulator-half')
  try {
    for (const layout of ['turns', 'joined'] as const) {
      const profile = { ...defaultProfile, layout }
      const remote = createAnswerer({ model, likelihoodModel }, profile)
      const local = createAnswerer({ model: here, likelihoodModel: here }, profile)
      for (const [i, question] of heldOut.entries()) {
        const shown = index.slice(i, i + 2)
        const [there, inProcess] = [await remote.answer(question, shown), await local.answer(question, shown)]
        assert.ok(there.kind === 'answer' && inProcess.kind === 'answer')
        assert.ok((there.usage?.inputTokens ?? 0) > 0, 'a server counts its tokens')
        // The simulator in this process counts none.
        assert.deepEqual({ ...there, usage: null }, { ...inProcess, usage: null })
        const likelihood = await remote.likelihood(question, shown, question.shownAnswer)
        assert.equal(likelihood.kind, 'likelihood')
        assert.deepEqual(likelihood, await local.likelihood(question, shown, question.shownAnswer))
      }
    }
  } finally {
    await model.close()
    await likelihoodModel.close()
    await simulator.close()
  }
})

test('a server that fails is a failure with its kind, and without log-probs likelihood is unsupported', async () => {
  const simulator = await startSimulator({ inWorker: false, faults: { emptyContent: 1 } })
  const model = createChatModel({ baseUrl: simulator.baseUrl, model: 'simulator', attempts: 1 })
  try {
    const answerer = createAnswerer({ model }, defaultProfile)
    const outcome = await answerer.answer(heldOut[0] as Question, [])
    assert.deepEqual(outcome.kind === 'failure' && outcome.failure, 'empty-content')
    const likelihood = await answerer.likelihood(heldOut[0] as Question, [], 'a')
    assert.deepEqual(likelihood.kind === 'failure' && likelihood.failure, 'unsupported')
  } finally {
    await model.close()
    await simulator.close()
  }
})

test('the log-prob of an answer is the mean over the tokens that spell it, special tokens after it aside', () => {
  const token = (decoded_token: string, logprob: number) => ({ '7': { logprob, rank: 1, decoded_token } })
  const entries = (...tokens: object[]) => ({ prompt_logprobs: [null, token('Short', -9), ...tokens] }) as never
  assert.equal(answerLogprob(entries(token(' surf', -1), token('ing', -2)), 'surfing'), -1.5)
  assert.equal(answerLogprob(entries(token('surf', -1), token('ing', -3), token('<|im_end|>', -9)), 'surfing'), -2)
  assert.equal(answerLogprob(entries(token(' sea', -1)), 'surfing'), null)
  assert.equal(answerLogprob({ choices: [] }, 'surfing'), null)
})

test('a score is the VQA accuracy under the profile, with likeness to the nearest answer', () => {
  const answers = ['riding a wave', 'riding a wave', 'surfing', 'surfing', 'surfing', 'surfing', 'a', 'b', 'c', 'd']
  const judge = (prediction: string) =>
    judgeAnswer({ prediction, rawGeneration: prediction }, { answers }, defaultProfile)
  assert.deepEqual([judge('surfing').accuracy, judge('surfing').isCorrect, judge('surfing').likeness], [1, true, 1])
  assert.ok(Math.abs(judge('riding the wave').accuracy - 0.6) < 1e-12)
  assert.equal(judge('wave').isCorrect, false)
  assert.ok(Math.abs((judge('wave').likeness ?? 0) - 2 / 3) < 1e-12)
})

test('a journal keeps pictures by their hash, and a call is found as before', () => {
  const kept = new Map<string, CallRecord>()
  const cache = withoutPictures({ get: (key) => kept.get(key), put: (record) => kept.set(record.key, record) })
  const image = index[0]?.image ?? ''
  const request = {
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }, { text: 'data: x' }] }],
  }
  cache.put({ key: 'k', request } as unknown as CallRecord)
  const text = JSON.stringify(cache.get('k'))
  assert.ok(!text.includes('base64'))
  assert.match(text, /"url":"picture:sha256:[0-9a-f]{64}"/)
  assert.match(text, /"text":"data: x"/)
})
