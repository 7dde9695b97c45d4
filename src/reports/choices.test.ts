import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProblemType } from '../core/problem.ts'
import type { SampledRollout } from '../core/records.ts'
import { choiceBlocks } from './choice-blocks.ts'
import { choicesBySource } from './choices.ts'
import { htmlReport } from './html-report.ts'
import { markdownReport } from './markdown-report.ts'
import { gatherReport } from './run-report.ts'
import { evaluation, fakeAttempt, fakeOperator, fakeRun, rollout } from './testing/fake-run.ts'
import { words } from './words.ts'

type Called = readonly [source: string, type: ProblemType, operators: readonly string[], isRight: boolean]

function rollouts(label: string, step: number, rows: readonly Called[]): SampledRollout[] {
  return rows.map(([source, type, operators, isRight], position) =>
    rollout({
      label,
      step,
      source,
      type,
      position,
      problemId: `${source}-${position}`,
      reward: isRight ? 10 : -5,
      outcome: fakeAttempt({ operators: operators.map(fakeOperator) }),
    }),
  )
}

const before = rollouts('before', 0, [
  ['synth/ages', 'math', ['Custom'], false],
  ['synth/ages', 'math', ['Custom'], true],
  ['synth/clock', 'math', ['Programmer'], false],
  ['synth/kinship', 'qa', [], false],
])
const after = rollouts('after', 3, [
  ['synth/ages', 'math', ['AnswerGenerate', 'AnswerGenerate', 'AnswerGenerate', 'ScEnsemble'], true],
  ['synth/ages', 'math', ['Custom', 'Review', 'Revise'], false],
  ['synth/ages', 'math', ['AnswerGenerate', 'AnswerGenerate', 'AnswerGenerate', 'ScEnsemble'], true],
  ['synth/clock', 'math', ['Custom'], true],
  ['synth/kinship', 'qa', ['AnswerGenerate'], true],
])

test('each source has its commonest workflow as called, the share of each operator, and what was solved', () => {
  const rows = choicesBySource(before, after)
  assert.deepEqual(
    rows.map(({ type, source }) => `${type} ${source}`),
    ['math synth/ages', 'math synth/clock', 'qa synth/kinship'],
  )
  assert.deepEqual(rows[0]?.after, {
    workflow: 'AnswerGenerate x3, ScEnsemble',
    share: 2 / 3,
    operators: { AnswerGenerate: 2 / 3, Custom: 1 / 3, Review: 1 / 3, Revise: 1 / 3, ScEnsemble: 2 / 3 },
    correct: 2,
    scored: 3,
  })
  assert.deepEqual(rows[0]?.before, { workflow: 'Custom', share: 1, operators: { Custom: 1 }, correct: 1, scored: 2 })
  assert.equal(rows[2]?.before?.workflow, '')
  assert.deepEqual(
    choicesBySource(before, []).map(({ after: then }) => then),
    [null, null, null],
  )
})

test('the report shows the choices of each family, from the rollouts of its evaluations', () => {
  const report = gatherReport(
    fakeRun({
      evaluations: [evaluation('before', 0, [true, false, true]), evaluation('after', 3, [true, true, true])],
      rollouts: [...before, ...after, rollout({ source: 'synth/of-training' })],
    }),
  )
  assert.equal(report.choices.length, 3)
  for (const language of ['en', 'zh'] as const) {
    const blocks = choiceBlocks(report, words[language])
    const [picture] = blocks
    assert.ok(picture?.kind === 'figures')
    assert.doesNotMatch(picture.caption ?? '', /suggest|show that|表明|说明/)
    for (const svg of [picture.pictures[0]?.svg ?? '', picture.pictures[0]?.narrow ?? '']) {
      assert.match(svg, /<title>ages, AnswerGenerate: 67 %<\/title>/)
      assert.doesNotMatch(svg, /NaN|undefined/)
    }
    assert.match(JSON.stringify(blocks.at(-1)), /AnswerGenerate x3, ScEnsemble \(67 %\)/)
  }
})

test('that the policy reads the problem is only suggested, and only by families of at least 10 problems', () => {
  const many = rollouts(
    'before',
    0,
    Array.from(
      { length: 20 },
      (_, i): Called => [i % 2 === 0 ? 'synth/ages' : 'synth/clock', 'math', ['Custom'], true],
    ),
  )
  const report = gatherReport(fakeRun({ evaluations: [evaluation('before', 0, [true])], rollouts: many }))
  assert.match(JSON.stringify(choiceBlocks(report, words.en)), /at least 10 problems each, .* suggest that the policy/)
  assert.match(JSON.stringify(choiceBlocks(report, words.zh)), /不少于 10 道的题族.*表明策略确实读取了题目内容/)
  assert.doesNotMatch(markdownReport(report), /full colour/)
  assert.match(htmlReport(report), /full colour/)
})

test('problems of one source make no picture', () => {
  const report = gatherReport(fakeRun({ evaluations: [evaluation('before', 0, [true])], rollouts: before.slice(0, 2) }))
  assert.deepEqual(choiceBlocks(report, words.en), [])
})
