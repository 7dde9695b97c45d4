import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EvaluationRecord } from '../../src/core/records.ts'
import { gatherReport } from '../../src/reports/index.ts'
import { evaluation, fakeRun } from '../../src/reports/testing/fake-run.ts'
import { markedPart, type SeedSummary, seedTables, summaryOf, withMarkedPart } from './seed-summary.ts'

const root = join(import.meta.dirname, '..', '..')
const recorded = join(import.meta.dirname, 'recorded', 'seeds.json')

const problems = 120
function measured(label: string, share: number, calls: number, type?: string): EvaluationRecord {
  const right = Array.from({ length: problems }, (_, i) => (Math.floor(i / 3) % 20) / 20 < share)
  const record = evaluation(label, label.startsWith('after') ? 3 : 0, right)
  const outcomes = record.outcomes
    .filter(({ problemType }) => type === undefined || problemType === type)
    .map((outcome) => ({ ...outcome, llmCalls: calls }))
  return { ...record, split: 'test', outcomes }
}

const frontier = ['math', 'code', 'qa'].flatMap((type) => [
  measured(`fixed:${type}/1`, 0.4, 1, type),
  measured(`fixed:${type}/2`, 0.8, 5, type),
])
const policies = [
  measured('fixed:overall', 0.5, 3),
  measured('best-fixed', 0.7, 3),
  measured('fixed:oracle', 0.95, 2),
  measured('before', 0.5, 4),
  measured('before-sampled', 0.45, 5),
  measured('after', 0.9, 2),
  measured('after-sampled', 0.45, 2),
]
const report = gatherReport(fakeRun({ evaluations: [...frontier, ...policies] }))
const summary = summaryOf(report, 'sha256:1')

test('a run is summed up with accuracy, calls and differences, each with its interval', () => {
  assert.deepEqual([summary.seed, summary.run, summary.split, summary.evaluations.length], [7, 'test-1', 'test', 7])
  const [greedy, sampled] = summary.results
  assert.equal(greedy?.gain.value, 0.4)
  assert.equal(greedy?.aboveFixed.value, 0.4)
  assert.equal(greedy?.aboveFixed.reached, 0.5)
  assert.equal(greedy?.againstBestFixed.value, 0.2)
  assert.equal(sampled?.decoding, 'sampled')
  assert.ok((greedy?.gain.low ?? 0) < 0.4 && (greedy?.gain.high ?? 0) > 0.4)
  assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary)
})

test('the tables have a row for each seed and decoding, greedy first', () => {
  const tables = seedTables([summary, { ...summary, seed: 8 }])
  const rows = tables.split('\n').filter((line) => /^\| \d/.test(line))
  assert.deepEqual(
    rows.map((row) => row.split(' | ').slice(0, 2).join(' ')),
    [
      '| 7 greedy',
      '| 8 greedy',
      '| 7 sampled',
      '| 8 sampled',
      ...rows.slice(4).map((row) => row.split(' | ').slice(0, 2).join(' ')),
    ],
  )
  assert.equal(rows.length, 6)
  assert.match(
    rows[0] ?? '',
    /^\| 7 \| greedy \| 50\.0 \[[^\]]+\] \| 4\.0 \| 90\.0 \[[^\]]+\] \| 2\.0 \| \+40\.0 \[\+[^\]]+\] \| \+40\.0 \[\+[^\]]+\] \|$/,
  )
  assert.match(rows[2] ?? '', /\+0\.0 \[-[^\]]+\] \(cannot tell\) \| -5\.0/)
  assert.match(rows[4] ?? '', /^\| 7 \| 50\.0 .* \| 70\.0 .* \| 3\.0 \| \+20\.0 .* \| 95\.0 .* \| 2\.0 \|$/)
  assert.match(tables, /the 120 test problems/)
})

test('a run without its last evaluation or without fixed workflows is refused', () => {
  const of = (evaluations: readonly EvaluationRecord[]) => () => summaryOf(gatherReport(fakeRun({ evaluations })), '')
  assert.throws(of(policies), /no frontier/)
  assert.throws(of([...frontier, ...policies.filter(({ label }) => !label.startsWith('after'))]), /no last evaluation/)
})

test('the part between the marks is replaced, and nothing else', () => {
  const text =
    'before\n\n<!-- quickstart seeds: made by npm run quickstart:seeds -->\n\nold\n\n<!-- end of quickstart seeds -->\n\nafter\n'
  const changed = withMarkedPart(text, 'new')
  assert.equal(markedPart(changed), 'new')
  assert.equal(changed, text.replace('old', 'new'))
  assert.equal(withMarkedPart(changed, 'new'), changed)
  assert.throws(() => markedPart('no marks'), /has no part between/)
})

test('the README says what the recorded runs came to', {
  skip: existsSync(recorded) ? false : 'no run is recorded yet',
}, () => {
  const summaries = JSON.parse(readFileSync(recorded, 'utf8')) as SeedSummary[]
  assert.equal(markedPart(readFileSync(join(root, 'README.md'), 'utf8')), seedTables(summaries))
  assert.equal(new Set(summaries.map(({ configHash, seed }) => `${configHash} ${seed}`)).size, summaries.length)
})
