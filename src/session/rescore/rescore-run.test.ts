import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { CorrectnessRecord } from '../../core/rollout-outcome.ts'
import { loadProblems } from '../../datasets/index.ts'
import { fakeAttempt, fakeJudged, fakeRun, rollout } from '../../reports/testing/fake-run.ts'
import type { Judge } from '../../rewards/index.ts'
import { type RescoreOptions, rescoreRun, writeRescored } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-rescore-'))
after(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'problems.jsonl')
const row = (id: string, type: string, answer: string) =>
  JSON.stringify({ id, type, source: 's', question: 'How many?', answer, difficulty: 1 })
writeFileSync(path, `${[row('m', 'math', '8'), row('q', 'qa', 'Ann')].join('\n')}\n`)
const { fingerprint } = await loadProblems(path, { skipBadRows: false })

const decided = (verdict: CorrectnessRecord['verdict'], scorer: CorrectnessRecord['scorer']): CorrectnessRecord => ({
  verdict,
  scorer,
  reason: 'as it was',
  judged: null,
})
const answered = (problemId: string, prediction: string, correctness: CorrectnessRecord | null, position: number) =>
  rollout({ problemId, position, outcome: fakeAttempt({ prediction, correctness }) })

const rollouts = [
  answered('m', '8', decided('true', 'math'), 0),
  answered('m', '8 million', decided('true', 'math'), 1),
  answered('m', '\\boxed{8', decided('false', 'math'), 2),
  answered('q', 'the wife of Bob', fakeJudged(null), 3),
  answered('q', 'the wife of Bob', fakeJudged('unclear'), 4),
  answered('q', 'the wife of Bob', decided('false', 'match'), 5),
  answered('gone', '8', decided('true', 'math'), 6),
  answered('m', '8', null, 7),
  rollout({ problemId: 'm', position: 8 }),
  rollout({ problemId: 'm', position: 9, outcome: fakeAttempt({ usedFallback: true }) }),
]
const fake = fakeRun({ rollouts })
const run = { ...fake, manifest: { ...fake.manifest, datasets: { train: { path, fingerprint, rows: 2 } } } }

let asked = 0
const judge: Judge = {
  grade: async () => {
    asked += 1
    return { verdict: 'true', reason: 'the judge says true', calls: 1, callKeys: [], ...spent, failure: null }
  },
}
const spent = { inputTokens: 5, outputTokens: 1, costUsd: 0.5 }
const options: RescoreOptions = {
  judge: null,
  unscorableOnly: false,
  decidedBy: 'scorer',
  limits: {} as RescoreOptions['limits'],
  openSandbox: () => assert.fail('no code is run'),
  signal: new AbortController().signal,
}

test("today's scorers decide again; recorded judgements stand; what only a judge can say is not made up", async () => {
  const rescored = await rescoreRun(run, options)
  assert.deepEqual(
    rescored.rollouts.map(
      ({ before, after }) => `${before.scorer} ${before.verdict} -> ${after.scorer} ${after.verdict}`,
    ),
    [
      'math true -> math true',
      'math true -> math false',
      rescored.rollouts[2]?.after.verdict === 'true' ? 'math false -> math true' : 'math false -> judge judge',
      'judge false -> judge false',
      'judge unscorable -> judge unscorable',
      'match false -> judge judge',
    ],
  )
  assert.deepEqual(rescored.leftOut, { 'no answer of its own': 3, 'problem not found': 1, 'verdict stands': 0 })
  assert.match(rescored.missing.join(), /has no problem gone/)
  assert.equal(rescored.judge, null)
})

test('with a judge only failed judgements are asked again, where that is wanted; its calls are counted', async () => {
  asked = 0
  const rescored = await rescoreRun(run, { ...options, judge: { judge, model: 'other' }, unscorableOnly: true })
  assert.deepEqual(
    rescored.rollouts.map(({ before, after }) => [before.verdict, after.verdict]),
    [['unscorable', 'true']],
  )
  assert.deepEqual([asked, rescored.judge], [1, { model: 'other', calls: 1, costUsd: 0.5 }])
  assert.ok(rescored.leftOut['verdict stands'] > 0)
  await rescoreRun(run, { ...options, judge: { judge, model: 'other' } })
  assert.ok(asked >= 4)
})

test('a record is written beside the run under its label, and never over another', async () => {
  const rescored = await rescoreRun(run, options)
  const record = { label: null, version: '0', now: new Date(0) }
  assert.equal(writeRescored(folder, rescored, record), join(folder, 'rescored-1.json'))
  assert.equal(writeRescored(folder, rescored, record), join(folder, 'rescored-2.json'))
  assert.throws(() => writeRescored(folder, rescored, { ...record, label: '1' }), /is there already/)
  const written = JSON.parse(readFileSync(join(folder, 'rescored-1.json'), 'utf8'))
  assert.deepEqual([written.version, written.label, written.rollouts.length], [1, '1', 6])
})
