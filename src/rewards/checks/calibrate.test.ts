import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createJudge, type Judge } from '../judge.ts'
import { createFakeChatModel } from '../testing/fake-chat-model.ts'
import { calibrate } from './calibrate.ts'
import { type LabelledPair, questionOf, readLabelledPairs } from './labelled-pairs.ts'

const shipped = readFileSync(join(import.meta.dirname, '..', '..', '..', 'data', 'judge', 'pairs.jsonl'), 'utf8')
const { pairs } = readLabelledPairs(shipped, 'pairs.jsonl')
const run = {
  seed: 1,
  probed: 40,
  signal: new AbortController().signal,
  each: <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise.all(items.map((item) => work(item))),
}
const saying = (
  verdict: (pair: { reference: string; prediction: string; key: readonly unknown[] }) => boolean,
): Judge => ({
  grade: async (request) => ({
    ...{ verdict: verdict(request) ? 'true' : 'false', reason: '', calls: 1, callKeys: [], failure: null },
    ...{ inputTokens: 0, outputTokens: 0, costUsd: 0 },
  }),
})
const labels = new Map(pairs.map((pair) => [JSON.stringify([pair.reference, pair.prediction]), pair.label]))
const knowing = saying(({ reference, prediction }) => labels.get(JSON.stringify([reference, prediction])) ?? false)

test('the shipped set has 455 pairs, each once, of every kind right and wrong ones, and no empty text', () => {
  assert.equal(pairs.length, 455)
  assert.equal(new Set(pairs.map(({ id }) => id)).size, pairs.length)
  assert.equal(new Set(pairs.map((pair) => JSON.stringify([questionOf(pair), pair.prediction]))).size, pairs.length)
  const kinds = Map.groupBy(pairs, ({ kind }) => kind)
  for (const kind of ['units', 'fractions', 'formats', 'near misses', 'hedged', 'languages', 'choices', 'dates'])
    assert.deepEqual(new Set(kinds.get(kind)?.map(({ label }) => label)), new Set([true, false]), kind)
  for (const { question, reference, prediction } of pairs) assert.ok(question && reference && prediction)
})

test('without a judge the scorers are measured: no wrong answer of the shipped set counts as right', async () => {
  const found = await calibrate(pairs, null, run)
  assert.deepEqual([found.judge, found.decided, found.probes], [null, null, null])
  assert.equal(found.scorers.confusion.falseTrue, 0)
  assert.ok(found.scorers.accuracy.value >= 0.98, String(found.scorers.accuracy.value))
  assert.ok(found.scorers.unscorable <= 170, String(found.scorers.unscorable))
})

test('a judge that knows the labels is perfect, one that says true is not, and chance explains all of it', async () => {
  const perfect = await calibrate(pairs, knowing, run)
  assert.deepEqual([perfect.judge?.accuracy.value, perfect.judge?.kappa?.value], [1, 1])
  assert.equal(perfect.probes?.retest.changed.value, 0)
  const lenient = await calibrate(
    pairs,
    saying(() => true),
    run,
  )
  assert.deepEqual([lenient.judge?.falseTrueRate.value, lenient.judge?.falseFalseRate.value], [1, 0])
  assert.equal(lenient.judge?.kappa?.value, 0)
  // Exact scorers first: the judge is asked about the rest alone.
  assert.ok((lenient.decided?.falseTrueRate.value ?? 1) < 0.5)
})

test('the probes find a judge that changes with the seed, with the order and with the length', async () => {
  const changedBy = async (judge: Judge) => {
    const { probes } = await calibrate(pairs, judge, run)
    assert.ok(probes !== null)
    return [probes.retest.changed.value, probes.position.changed.value, probes.length.changed.value].map(
      (rate) => rate > 0,
    )
  }
  assert.deepEqual(await changedBy(saying(({ key }) => key[1] === 'calibrate')), [true, true, true])
  const byOrder = saying(({ reference, prediction }) => reference < prediction.replace(/^Let me[\s\S]*\n\n/, ''))
  assert.deepEqual(await changedBy(byOrder), [false, true, false])
  const byLength = saying(({ prediction }) => prediction.length > 300)
  const { probes } = await calibrate(pairs, byLength, run)
  assert.deepEqual([probes?.length.changed.value, probes?.length.toTrue, probes?.length.toFalse], [1, 40, 0])
  assert.deepEqual(await changedBy(byLength), [false, false, true])
})

test('replies that say nothing are left out and counted', async () => {
  const silent = createJudge({ model: createFakeChatModel(() => 'Hard to say.'), attempts: 1 })
  const found = await calibrate(pairs.slice(0, 20), silent, { ...run, probed: 5 })
  assert.equal(found.judge?.accuracy.n, 0)
  assert.ok((found.judge?.unscorable ?? 0) > 10)
})

test('rows that are no labelled pairs are refused with their line', () => {
  const row = { question: 'q', reference: '8', prediction: '8', label: true }
  const read = (...rows: unknown[]): readonly LabelledPair[] =>
    readLabelledPairs(rows.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'), 'own.jsonl')
      .pairs
  assert.deepEqual(
    read(row, '', { ...row, kind: 'k', type: 'qa' }).map(({ kind, id }) => [kind, id]),
    [
      ['all', 'pair-1'],
      ['k', 'pair-3'],
    ],
  )
  assert.throws(() => read(row, { ...row, label: 'yes' }), /own\.jsonl, line 2: "label" must be true or false/)
  assert.throws(() => read({ ...row, prediction: 8 }), /line 1: "prediction" must be a text/)
  assert.throws(() => read('{'), /line 1 is not JSON/)
  assert.throws(() => read({ ...row, type: 'sums' }), /"type" must be one of/)
  assert.throws(() => read({ ...row, choices: ['a'] }), /"choices" must be an object/)
  assert.throws(() => read(), /holds no pairs/)
})
