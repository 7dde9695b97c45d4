import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HealthFinding } from '../core/health/findings.ts'
import { failureBlocks } from './failure-blocks.ts'
import { findingText, heldText } from './finding-words.ts'
import { htmlReport } from './html-report.ts'
import { markdownReport } from './markdown-report.ts'
import { gatherReport } from './run-report.ts'
import { fakeRun } from './testing/fake-run.ts'
import { words } from './words.ts'

const recent = { share: 0.123, steps: 5, problems: 80 }
/** One of each kind. */
const findings: readonly HealthFinding[] = [
  { code: 'shared-problems', level: 'warning', facts: { shared: 3, measured: 400, splits: ['validation'] } },
  { code: 'validation-default', level: 'warning', facts: { train: 'mine.jsonl', measured: ['validation.jsonl'] } },
  { code: 'few-training-problems', level: 'warning', facts: { problems: 1, problemsPerStep: 16 } },
  { code: 'few-training-problems', level: 'note', facts: { problems: 3, problemsPerStep: 16 } },
  ...[null, 600].map(
    (reply): HealthFinding => ({
      code: 'context-too-short',
      level: 'warning',
      facts: {
        role: 'executor',
        context: 4096,
        promptTokens: 10_561,
        replyTokens: 2048,
        tooLong: 72,
        problems: 72,
        restart: reply === null ? null : '-c 50436 -np 4',
        replyKey: 'llm.executor.maxTokens',
        reply,
      },
    }),
  ),
  {
    code: 'fines-drown-correctness',
    level: 'warning',
    facts: { composition: 'plan-b', situation: 'raised', fine: 9.9, gap: 0.75, gapDeviations: 0.16 },
  },
  { code: 'form-beats-correctness', level: 'warning', facts: { composition: 'flowsteer', right: -0.8, wrong: 0 } },
  { code: 'judge-uncalibrated', level: 'note', facts: { model: 'm', measured: null } },
  { code: 'judge-uncalibrated', level: 'note', facts: { model: 'm', measured: 'm' } },
  { code: 'judge-disagrees', level: 'warning', facts: recent },
  { code: 'not-finite', level: 'warning', facts: { metrics: ['loss'] } },
  { code: 'optimizer-steps-skipped', level: 'warning', facts: { skipped: 1, steps: 10 } },
  { code: 'hardly-right', level: 'warning', facts: recent },
  { code: 'simulator-unknown', level: 'warning', facts: { ...recent, steps: 0 } },
  { code: 'no-update', level: 'warning', facts: { idle: 6, steps: 10 } },
  { code: 'little-spread', level: 'note', facts: { ...recent, cause: 'solved' } },
  { code: 'little-spread', level: 'note', facts: { ...recent, cause: 'unsolved' } },
  { code: 'entropy-collapse', level: 'warning', facts: { first: 0.9, last: 0.01 } },
  { code: 'kl-growth', level: 'warning', facts: { last: 0.7 } },
  { code: 'most-ratios-clipped', level: 'warning', facts: { share: 0.4, steps: 5 } },
  { code: 'unscorable-rollouts', level: 'note', facts: recent },
  { code: 'broken-rules', level: 'note', facts: recent },
  { code: 'fallback-rate', level: 'note', facts: recent },
  { code: 'truncated-completions', level: 'note', facts: recent },
  { code: 'reward-fell', level: 'warning', facts: { first: 2, last: -3, steps: 10 } },
  { code: 'sampler-differs', level: 'warning', facts: { largest: 0.4 } },
]

/** What stays as it is typed: code between backticks, keys of the configuration, names of metrics and files. */
const typed =
  /`[^`]*`|\b[a-z]+(?:[.=][a-zA-Z_]+)+\b|\b(?:loss|token|token_truncate|mine\.jsonl|validation|Baton|true)\b/g

for (const finding of findings)
  test(`${finding.code}: sentences with their numbers in English and in Chinese, without a word of the other`, () => {
    const [english, chinese] = [findingText(finding, 'en'), findingText(finding, 'zh')]
    for (const text of [english.message, english.hint]) assert.match(text, /[.)]$/)
    for (const text of [chinese.message, chinese.hint]) assert.match(text, /[。）]$/)
    assert.doesNotMatch(Object.values(english).join(' '), /[\u2e80-\u9fff]|undefined|NaN/)
    for (const text of Object.values(chinese)) {
      assert.match(text, /[\u4e00-\u9fff]/)
      assert.doesNotMatch(text.replace(typed, ''), /[A-Za-z]{2,}|undefined/, text)
    }
    const numbers = (text: string): string[] => [...(text.match(/\d+(?:\.\d+)?/g) ?? [])].sort()
    assert.deepEqual(new Set(numbers(chinese.message)), new Set(numbers(english.message)))
  })

test('the steps between which a finding held are said in both languages', () => {
  const finding = findings[0] as HealthFinding
  const held = (from: number, to: number | null) =>
    (['en', 'zh'] as const).map((language) => heldText({ finding, from, to }, language))
  assert.deepEqual(held(3, 14), ['steps 3 to 14', '第 3 至 14 步'])
  assert.deepEqual(held(3, null), ['since step 3', '从第 3 步起'])
  assert.deepEqual(held(4, 4), ['step 4', '第 4 步'])
  assert.deepEqual(held(0, null), ['since before the first step', '从第一步之前起'])
})

test('a report lists what its steps and its set-up show, with the steps, each language in its own words', () => {
  const steps = Array.from({ length: 8 }, (_, i) => ({
    version: 1 as const,
    step: i + 1,
    metrics: { accuracy: 0, 'accuracy/n': 16, 'workflow/violation_rate': 0.2 },
  }))
  const episode = { finding: findings[2] as HealthFinding, from: 0, to: null }
  const report = gatherReport(fakeRun({ steps, events: [{ kind: 'finding', state: 'begins', episode }] }))
  assert.deepEqual(
    report.health.map(({ finding, from }) => [finding.code, from]),
    [
      ['few-training-problems', 0],
      ['hardly-right', 3],
      ['broken-rules', 3],
    ],
  )
  assert.match(markdownReport(report), /\*\*warning · hardly any answer is right\*\* \(since step 3\): Hardly any/)
  assert.match(markdownReport(report, 'zh'), /\*\*警告 · 几乎没有正确的答案\*\* \(从第 3 步起\)/)
  const chinese = JSON.stringify(failureBlocks(report, words.zh))
  for (const { finding } of report.health) {
    const { title, message, hint } = findingText(finding, 'en')
    for (const text of [title, message, hint]) assert.ok(!chinese.includes(text), text)
  }
  assert.match(htmlReport(report), /<div class="finding warning"><p><strong>warning · hardly any answer is right/)
})
