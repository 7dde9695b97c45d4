import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rateByProblem } from '../../core/clustered-rate.ts'
import { htmlPage, markdownPage } from '../../reports/index.ts'
import { accuracyTable, collapseTable, methodDifference } from '../evaluation/accuracy-table.ts'
import type { EvaluatedQuestion } from '../evaluation/evaluation-record.ts'
import { segmentsOf } from '../evaluation/segments.ts'
import { evaluationBlocks, evaluationVerdictLines } from './blocks.ts'
import type { EvaluationReport } from './evaluation-report.ts'
import { picksMatrix } from './picks-matrix.ts'

const kinds = ['count', 'colour', 'place']
const count = 240

/** Question i is of kind i % 3; demonstration `d<j>` of kind j % 3. */
const kindOf = (id: string): string | null => kinds[Number(id.slice(1)) % 3] ?? null

function rowsOf(
  method: string,
  shots: number,
  right: (i: number) => boolean,
  pick: (i: number) => number,
): EvaluatedQuestion[] {
  return Array.from(
    { length: count },
    (_, i): EvaluatedQuestion => ({
      method,
      shots,
      questionId: `q${i}`,
      imageId: `image${i}`,
      demonstrations: Array.from({ length: shots }, (_unused, j) => `d${pick(i) + 3 * j}`),
      prediction: 'red',
      score: right(i) ? 1 : 0,
    }),
  )
}

const halves = (share: number) =>
  Array.from({ length: count }, (_, i) => ({ problemId: `q${i}`, isCorrect: i < share * count }))

function reportWith(learnedIsRight: (i: number) => boolean): EvaluationReport {
  const rows = [
    ...rowsOf(
      'zero-shot',
      0,
      (i) => i % 3 === 0,
      () => 0,
    ),
    ...[1, 2].flatMap((shots) =>
      rowsOf(
        'random',
        shots,
        (i) => i % 2 === 0,
        (i) => (i * 8) % 90,
      ),
    ),
    ...[1, 2].flatMap((shots) => rowsOf('learned', shots, learnedIsRight, (i) => i)),
  ]
  const ofMethod = (method: string) => rows.filter((row) => row.method === method && row.shots === 2)
  return {
    name: 'demos-<test>',
    folder: 'runs/demos-test',
    createdAt: '2026-01-02T03:04:05.000Z',
    method: 'learned',
    identity: {
      questionsHash: 'a'.repeat(64),
      questionCount: count,
      profileHash: 'b'.repeat(64),
      profileName: 'plain',
      poolHash: 'c'.repeat(64),
      model: 'simulator',
    },
    settings: [['pool', '64']],
    cells: accuracyTable(rows, segmentsOf(count)),
    differences: ['random', 'zero-shot', 'rce'].flatMap(
      (baseline) => methodDifference(rows, { method: 'learned', baseline, key: ['test'] }) ?? [],
    ),
    collapse: collapseTable(rows, 'random'),
    curves: [
      {
        metric: 'reward',
        phase: 'grpo',
        label: 'seed 1',
        points: [
          { x: 1, y: 0.4 },
          { x: 2, y: 0.6 },
        ],
      },
    ],
    picks: ['learned', 'random'].flatMap((method) => picksMatrix(ofMethod(method), kindOf) ?? []),
    gallery: [
      {
        asked: {
          question: 'How many <dogs> are there in this picture of a park?',
          answer: '3',
          kind: 'count',
          image: null,
        },
        picks: [
          {
            method: 'learned',
            demonstrations: [
              { question: 'How many cats?', answer: '2', kind: 'count', image: 'data:image/png;base64,AA==' },
            ],
            prediction: '3',
            score: 1,
          },
        ],
      },
    ],
    worlds: [
      {
        world: 'full effect',
        seed: '1',
        n: count,
        accuracy: { random: rateByProblem(halves(0.5)), learned: rateByProblem(halves(0.75)) },
        differences: { random: { mean: 0.25, low: 0.2, high: 0.3 } },
      },
    ],
  }
}

test('the verdict says above, below or cannot tell, for each baseline at two shots', () => {
  const better = evaluationVerdictLines(reportWith((i) => i % 4 !== 1))
  assert.match(better[0] ?? '', /“learned selector” is above “random” at 2 shots: \+\d+\.\d points/)
  assert.match(better[1] ?? '', /is above “no demonstrations” at 2 shots/)
  assert.match(evaluationVerdictLines(reportWith(() => false))[0] ?? '', /is below “random” at 2 shots/)
  assert.match(
    evaluationVerdictLines(reportWith((i) => i % 2 === 1))[0] ?? '',
    /Cannot tell “learned selector” and “random” apart at 2 shots: .* 240 questions can show \d+\.\d points/,
  )
})

test('the page holds the tables, the pictures and both languages, and no markup from the data', () => {
  const report = reportWith((i) => i % 4 !== 1)
  const page = htmlPage(report.name, (language) => evaluationBlocks(report, language))
  for (const text of ['Accuracy on all questions', 'paired by question', 'What is picked for whom', '为谁选了什么']) {
    assert.ok(page.includes(text), text)
  }
  assert.ok(!page.includes('<dogs>') && page.includes('&lt;dogs&gt;') && !page.includes('demos-<test>'))
  assert.ok(page.includes('img-src data:') && page.includes('href="data:image/png;base64,AA=="'))
  const markdown = markdownPage(evaluationBlocks(report, 'en'))
  assert.match(markdown, /\| learned selector \| 75\.0 % \[/)
  assert.match(markdown, /first 100 \| first 200 \| first 240/)
  assert.match(markdown, /1 to 100 \| 101 to 200 \| 201 to 240/)
})

test('the names of worlds and seeds are Chinese in a Chinese report', () => {
  const report = reportWith(() => true)
  const worlds = ['simulated', 'null world'].map((world) => ({
    ...(report.worlds[0] as (typeof report.worlds)[number]),
    world,
    seed: 'all',
  }))
  const page = markdownPage(evaluationBlocks({ ...report, worlds }, 'zh'))
  assert.match(page, /零效应世界，全部/)
  assert.doesNotMatch(page, /null world|simulated,/)
})

test('every text is there in both languages', () => {
  const report = reportWith(() => true)
  const [english, chinese] = (['en', 'zh'] as const).map((language) => evaluationBlocks(report, language))
  assert.deepEqual(
    chinese?.map((block) => block.kind),
    english?.map((block) => block.kind),
  )
  assert.ok(!JSON.stringify(chinese).includes('undefined'))
})

test('shares of what is picked for whom add up to one in each row, and a diagonal is found', () => {
  const [learned, random] = reportWith(() => true).picks
  assert.deepEqual(learned?.kinds, ['colour', 'count', 'place'])
  assert.equal(learned?.sameKindRate, 1)
  assert.deepEqual(learned?.shares[0], [1, 0, 0])
  assert.ok((random?.sameKindRate ?? 1) < 1)
  for (const row of random?.shares ?? []) assert.ok(Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) < 1e-12)
  assert.equal(picksMatrix([], kindOf), null)
})
