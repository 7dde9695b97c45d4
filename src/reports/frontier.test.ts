import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EvaluationRecord, SearchedWorkflow } from '../core/records.ts'
import { againstHullLines, frontierBlocks, frontierFilePicture } from './frontier-blocks.ts'
import { htmlReport } from './html-report.ts'
import { markdownReport } from './markdown-report.ts'
import { gatherReport, type RunReport } from './run-report.ts'
import { evaluation, fakeRun } from './testing/fake-run.ts'
import { words } from './words.ts'

const problems = 90

/** @param rightOf whether problem i is solved; types are math, code, qa in turn. */
function measured(
  label: string,
  calls: number,
  rightOf: (problem: number) => boolean | null,
  more: { readonly type?: string; readonly step?: number } = {},
): EvaluationRecord {
  const right = Array.from({ length: problems }, (_, i) => rightOf(i))
  const record = evaluation(label, more.step ?? 0, right)
  const outcomes = record.outcomes
    .filter(({ problemType }) => more.type === undefined || problemType === more.type)
    .map((outcome) => ({ ...outcome, llmCalls: calls }))
  return { ...record, outcomes }
}

/** Of ten problems of each type so many are solved. */
const outOfTen = (share: number) => (problem: number) => Math.floor(problem / 3) % 10 < share
const types = ['code', 'math', 'qa']
const parts = types.flatMap((type) => [
  measured(`fixed:${type}/1`, 1, outOfTen(4), { type }),
  measured(`fixed:${type}/2`, 5, outOfTen(8), { type }),
])
const searched: SearchedWorkflow[] = [
  {
    label: 'best-fixed',
    type: 'math',
    name: 'Programmer',
    correct: 60,
    scored: 80,
    reward: 5.5,
    calls: 1,
    candidates: 32,
  },
  {
    label: 'fixed:overall',
    type: 'all',
    name: 'AnswerGenerate',
    correct: 50,
    scored: 80,
    reward: 3.5,
    calls: 1,
    candidates: 52,
  },
  {
    label: 'fixed:math/2',
    type: 'math',
    name: 'Programmer x5, ScEnsemble',
    correct: 70,
    scored: 80,
    reward: 5,
    calls: 6,
    candidates: 32,
  },
]
const all = [
  ...parts,
  measured('fixed:overall', 1, outOfTen(4)),
  measured('fixed:oracle', 2, outOfTen(10)),
  measured('best-fixed', 5, outOfTen(8)),
  measured('before', 4, outOfTen(5)),
  measured('before-sampled', 4, outOfTen(5)),
  measured('after', 3, outOfTen(9), { step: 3 }),
  measured('after-sampled', 3, outOfTen(6), { step: 3 }),
]

function report(evaluations: readonly EvaluationRecord[]): RunReport {
  return gatherReport(fakeRun({ evaluations, events: [{ kind: 'fixed-workflows', workflows: searched }] }))
}

const whole = report(all)

test('the policy is held against what fixed workflows reach with as many calls', () => {
  const { frontier } = whole
  assert.ok(frontier)
  assert.deepEqual(
    frontier.hull.map(({ calls, accuracy }) => [Number(calls.toFixed(6)), Number(accuracy.toFixed(6))]).at(0),
    [1, 0.4],
  )
  assert.ok(Math.abs((frontier.hull.at(-1)?.accuracy ?? 0) - 0.8) < 1e-9)
  const [greedy, sampled] = frontier.against
  assert.ok(greedy && sampled)
  assert.deepEqual(
    [greedy.label, greedy.n, Number(greedy.hullValue.toFixed(6)), Number(greedy.difference.toFixed(6))],
    ['after', 90, 0.6, 0.3],
  )
  assert.ok(greedy.low > 0 && greedy.low < 0.3 && greedy.high > 0.3)
  assert.ok(Math.abs(sampled.difference) < 1e-9 && sampled.low < 0 && sampled.high > 0)
})

test('fixed workflows, oracle and policy stand side by side with calls and accuracy, warm start before trained', () => {
  assert.deepEqual(
    whole.frontier?.rows.map(({ label, calls, accuracy }) => [
      label,
      calls,
      Number(accuracy.value.toFixed(3)),
      accuracy.n,
    ]),
    [
      ['fixed:overall', 1, 0.4, 90],
      ['best-fixed', 5, 0.8, 90],
      ['fixed:oracle', 2, 1, 90],
      ['before', 4, 0.5, 90],
      ['before-sampled', 4, 0.5, 90],
      ['after', 3, 0.9, 90],
      ['after-sampled', 3, 0.6, 90],
    ],
  )
  const part = whole.frontier?.parts.find(({ type, calls }) => type === 'math' && calls === 5)
  assert.equal(part?.workflow, 'Programmer x5, ScEnsemble')
  assert.equal(part?.accuracy.n, 30)
})

test('the report says it in both languages, with picture, table and the fixed workflows behind the line', () => {
  const html = htmlReport(whole)
  assert.match(html, /<h2[^>]*>Accuracy against calls<\/h2>/)
  assert.match(html, /<title>trained policy, greedy: 3\.0, 90\.0 %/)
  assert.match(html, /<h2[^>]*>准确率与调用数<\/h2>/)
  assert.doesNotMatch(html, /NaN|undefined|\[object/)
  const markdown = markdownReport(whole)
  assert.match(markdown, /!\[Accuracy against calls\]\(frontier\.svg\)/)
  assert.match(
    markdown,
    /trained policy, greedy: 90\.0 % with 3\.0 calls a problem\. With as many calls fixed workflows, one for each type, reach 60\.0 %: \+30\.0 points \[[^\]]+\], n = 90\. The policy is above them\./,
  )
  assert.match(markdown, /These problems cannot tell which is better\./)
  assert.match(markdown, /\| all \| AnswerGenerate \| 50 \/ 80 \| 3\.50 \| 1\.0 \| 52 \|/)
  assert.match(frontierFilePicture(whole, words.en), /^<svg [\s\S]*prefers-color-scheme:dark/)
  const [line] = againstHullLines(whole.frontier as NonNullable<RunReport['frontier']>, words.zh)
  assert.match(line ?? '', /^训练后的策略.*每题 3\.0 次调用，解出 90\.0 %/)
})

test('problems without a verdict or a count of calls are left out of the comparison, on all sides', () => {
  const holes = all.map((record) =>
    record.label === 'fixed:math/1' || record.label === 'after'
      ? {
          ...record,
          outcomes: record.outcomes.map((outcome, i) =>
            i === 0 ? { ...outcome, isCorrect: null } : i === 1 ? { ...outcome, llmCalls: null } : outcome,
          ),
        }
      : record,
  )
  assert.equal(report(holes).frontier?.against[0]?.n, 90 - 3)
})

test('without a frontier there is no section; before a training there is a hull and no comparison; another split is not mixed in', () => {
  const { frontier, ...rest } = report(all.filter(({ label }) => !label.includes('/')))
  assert.equal(frontier, null)
  assert.deepEqual(frontierBlocks({ frontier, ...rest } as RunReport, words.en), [])
  const early = report(all.filter(({ step }) => step === 0)).frontier
  assert.ok(early && early.hull.length >= 2)
  assert.ok(early.rows.every(({ label }) => !label.startsWith('after')))
  const elsewhere = report([
    ...parts.map((part) => ({ ...part, split: 'other' })),
    ...all.filter(({ label }) => !label.includes('/')),
  ])
  assert.equal(elsewhere.frontier, null)
})

test('of a search without reward and calls, as the first version recorded it, the table leaves them open', () => {
  const best = { label: 'best-fixed', type: 'math', name: 'Programmer', reward: null, calls: null, candidates: 32 }
  const workflows = [{ ...best, correct: 8, scored: 9 }]
  const evaluations = [measured('best-fixed', 1, outOfTen(4))]
  const older = gatherReport(fakeRun({ evaluations, events: [{ kind: 'fixed-workflows', workflows }] }))
  assert.match(markdownReport(older), /\| math \| Programmer \| 8 \/ 9 \| – \| – \| 32 \|/)
})
