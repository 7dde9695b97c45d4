import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agreementOf } from '../core/agreement.ts'
import type { RunEvent } from '../core/run-events.ts'
import type { Block } from './document.ts'
import { exampleText } from './example-text.ts'
import { learningCurve } from './figures.ts'
import { htmlReport } from './html-report.ts'
import { markdownReport } from './markdown-report.ts'
import { gatherReport, type RunReport } from './run-report.ts'
import { reportBlocks } from './sections.ts'
import { evaluation, fakeAttempt, fakeJudged, fakeRun, rollout, step } from './testing/fake-run.ts'
import { words } from './words.ts'

const evil =
  '</code></pre><script>alert("x")</script><img src=https://example.org/x.png onerror=alert(1)> ``` | ](http://a.b)'
const metrics = {
  reward: 1,
  entropy: 0.5,
  kl: 0.01,
  grad_norm: 1,
  'workflow/valid_rate': 0.5,
  'operators/math/Programmer/share': 0.5,
  'operators/math/Test/share': 0.5,
}
const outcomes = [true, false, true, true, false, true]

function report(more: Parameters<typeof fakeRun>[0] = {}): RunReport {
  return gatherReport(
    fakeRun({
      steps: [1, 2, 3].map((at) => step(at, metrics)),
      evaluations: [evaluation('before', 0, outcomes, { metrics }), evaluation('after', 3, outcomes, { metrics })],
      rollouts: [1, 2, 3].flatMap((at) =>
        [0, 1].map((position) =>
          rollout({ step: at, position, outcome: fakeAttempt(), reward: position === 0 ? 10 : -5 }),
        ),
      ),
      calls: {
        judge: {
          calls: 3,
          failedCalls: 1,
          attempts: 5,
          failures: { 'empty-content': 2 },
          inputTokens: 1000,
          outputTokens: 20,
          costUsd: 0.5,
          estimated: { attempts: 1, inputTokens: 210, outputTokens: 13, costUsd: 0.125 },
        },
      },
      ...more,
    }),
  )
}

const withEvil = report({
  rollouts: [0, 1].map((position) =>
    rollout({
      position,
      text: `${evil}\u001b[31m`,
      problemId: evil,
      outcome: fakeAttempt({ prediction: evil }),
      failures: [{ boundary: 'policy', code: 'no-class', message: evil }],
    }),
  ),
})

test('text that a model wrote has no power in the page: no element, no attribute, no address of it', () => {
  const html = htmlReport(withEvil)
  assert.equal(html.match(/<script/g)?.length, 1)
  assert.doesNotMatch(html, /<img/)
  assert.match(html, /&lt;script&gt;alert/)
  assert.ok(!html.includes('\u001b'))
})

test('the page asks for nothing outside itself and its policy forbids it to', () => {
  const html = htmlReport(report())
  assert.match(
    html,
    /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-/,
  )
  assert.doesNotMatch(html, /\bsrc=|\bhref=(?!"#)|@import|url\(|fetch\(/)
  const addresses = new Set(html.match(/https?:\/\/[^\s"'<]+/g))
  assert.deepEqual([...addresses], ['http://www.w3.org/2000/svg'])
})

test('every element that the page opens is closed, in order', () => {
  const html = htmlReport(withEvil).replace(/<script>[\s\S]*<\/script>|<style>[\s\S]*?<\/style>|<!doctype html>/g, '')
  const open: string[] = []
  for (const [, slash, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/gi)) {
    if (slash === '/') assert.equal(open.pop(), name)
    else if (!rest.endsWith('/') && name !== 'meta') open.push(name)
  }
  assert.deepEqual(open, [])
})

test('both languages are in the page, with the same headings in number', () => {
  const [, english = '', chinese = ''] = htmlReport(report()).split('<article ')
  const headings = (text: string): number => text.match(/<h[123]>/g)?.length ?? 0
  assert.equal(headings(english), headings(chinese))
  assert.match(chinese, /留出题目准确率/)
})

/** Rows of the tables of a Markdown text, each with its number of cells. */
function tableRows(markdown: string): number[][] {
  const tables = markdown.split('\n\n').filter((part) => part.startsWith('| '))
  return tables.map((table) => table.split('\n').map((row) => row.replace(/\\\|/g, '').split('|').length - 2))
}

test('tables in Markdown have as many cells in each row, whatever stands in them', () => {
  const tables = tableRows(markdownReport(withEvil))
  assert.ok(tables.length >= 5)
  for (const rows of tables) assert.equal(new Set(rows).size, 1, String(rows))
})

test('in Markdown a program cannot leave its fence, and no text makes an element or a link', () => {
  const markdown = markdownReport(withEvil)
  assert.match(markdown, /\n````python\n/)
  const outside = markdown.replace(/\n(`{3,})\w*\n[\s\S]*?\n\1(?=\n)/g, '')
  assert.doesNotMatch(outside, /<script|<img|[^\\]\]\(http/)
})

test('the report shows how the reward came about, what operators answered and who decided', () => {
  const markdown = markdownReport(report())
  assert.match(markdown, /correctness \+15\.00, violation −5\.00 = \+10\.00/)
  assert.match(markdown, /verdict: right \(math scorer\): equals the reference/)
  assert.match(markdown, /\*\*1 · Programmer \(1 call\)\*\*/)
  assert.match(markdown, /answered: output: 42/)
  assert.match(markdown, /make-operator \(7\)/)
})

test('the sources are named: evaluation labels, and commands that show the rollouts', () => {
  const markdown = markdownReport(report())
  assert.match(markdown, /evaluations `before`, `after` of this run/)
  assert.match(markdown, /npx baton report runs\/test-1 --worst 5 --label after/)
})

/** Everything that a block says, but for programs and commands. */
function textsOf(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return [block.text]
    case 'verdict':
      return [block.question ?? '', ...block.lines]
    case 'list':
      return [...block.items]
    case 'findings':
      return block.findings.flatMap((finding) => Object.values(finding))
    case 'table':
      return [...block.header, ...block.rows.flat()]
    case 'fields':
      return [block.title ?? '', ...block.fields.flatMap((field) => field.slice(0, 2) as string[])]
    case 'details':
      return [block.summary, ...block.blocks.flatMap(textsOf)]
    case 'figures':
      return [
        block.caption ?? '',
        ...block.pictures.flatMap(({ title, svg }) => [title, ...(svg.match(/(?<=>)[^<>]+(?=<)/g) ?? [])]),
      ]
    default:
      return []
  }
}

test('a Chinese report has no English sentence in it, whatever went wrong', () => {
  const failing = [0, 1].map((position) =>
    rollout({
      position,
      outcome: fakeAttempt({ correctness: fakeJudged('unclear') }),
      reward: -5,
      failures: [{ boundary: 'policy', code: 'no-class', message: 'Zeile 3' }],
    }),
  )
  const troubled = [1, 2, 3, 4].map((at) =>
    step(at, { ...metrics, accuracy: 0, 'accuracy/n': 16, 'workflow/fallback_rate': 0.9, unscorable_rate: 0.2 }),
  )
  const evaluations = [
    evaluation('before', 0, outcomes, { metrics }),
    evaluation('best-fixed', 0, outcomes),
    evaluation('after', 3, outcomes, { metrics }),
  ]
  const blocks = reportBlocks(report({ rollouts: failing, steps: troubled, evaluations }), words.zh)
  const texts = blocks.flatMap(textsOf).map((text) => text.replace(/`[^`]*`/g, ''))
  const english = texts.filter((text) => /\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b/.test(text))
  assert.deepEqual(english, [])
  for (const type of ['math', 'code', 'qa']) assert.ok(!texts.includes(type), type)
  assert.ok(texts.some((text) => text.includes('模拟器（离线，不是语言模型）')))
})

test('calls add up in the last row', () => {
  assert.match(markdownReport(report()), /\| total \| 3 \| 1 \| 5 \| 2 \| 1,000 \| 20 \| \$0\.5000 \|/)
})

test('a run without anything, without a search or cut off is reported without a hole', () => {
  const cut = { evaluations: [evaluation('before', 0, outcomes)], steps: [step(1, metrics)], plannedSteps: 9 }
  const cases = [report(), report(cut), report({ evaluations: [], steps: [], rollouts: [], calls: {} })]
  for (const each of cases) {
    for (const text of [
      htmlReport(each),
      markdownReport(each),
      markdownReport(each, 'zh'),
      learningCurve(each, words.en),
    ])
      assert.doesNotMatch(text, /undefined|NaN|Infinity|\[object/)
  }
  assert.match(markdownReport(cases[1] as RunReport), /npx baton train --resume runs\/test-1/)
  assert.match(markdownReport(cases[2] as RunReport), /No evaluation has been recorded\./)
})

test('the learning curve is a picture of its own, with colours for light and dark', () => {
  const svg = learningCurve(report(), words.en)
  assert.match(svg, /^<svg [\s\S]*prefers-color-scheme:dark[\s\S]*<\/svg>$/)
  assert.doesNotMatch(svg, /var\(|<script|href/)
})

test('on a terminal a rollout fits the width, but for its program, and controls nothing', () => {
  const [example] = withEvil.best
  assert.ok(example)
  const lines = exampleText(example, { width: 60, language: 'en', widthOf: (text) => text.length }).split('\n')
  const program = lines.findIndex((line) => line.includes('What the policy wrote'))
  for (const line of lines.slice(1, program)) assert.ok(line.length <= 60, line)
  assert.ok(!lines.join('').includes('\u001b'))
})

test('the parts of the reward are plotted where there are several', () => {
  const withParts = (parts: readonly string[]) => {
    const curve = { ...metrics, ...Object.fromEntries(parts.map((part) => [`rewards/${part}/mean`, 1])) }
    return htmlReport(report({ steps: [1, 2, 3].map((at) => step(at, curve)) }))
  }
  assert.match(withParts(['correctness', 'calls']), /Reward by part[\s\S]*correctness/)
  assert.doesNotMatch(withParts(['correctness']), /Reward by part/)
})

test('a report says what the trial and the calibration of the judge found, and corrects the accuracy', () => {
  const verdicts = (falseTrue: number, falseFalse: number) =>
    agreementOf(
      Array.from({ length: 200 }, (_, i) => ({
        cluster: String(i),
        label: i % 2 === 0,
        verdict: i % 2 === 0 ? i / 2 >= falseFalse : (i - 1) / 2 < falseTrue,
      })),
    )
  const counts = (asked: number, right: number) => ({ asked, true: right, false: asked - right, unscorable: 0 })
  const events: RunEvent[] = [
    {
      ...{ kind: 'judge-trial', model: 'm', promptsSha256: '', maxFalseTrueRate: 0.25, maxFalseFalseRate: 0.25 },
      ...{ right: counts(16, 15), wrong: counts(16, 2) },
    },
    {
      kind: 'judge-calibration',
      model: 'm',
      promptsSha256: '',
      pairs: 200,
      judge: verdicts(20, 10),
      decided: verdicts(10, 5),
    },
  ]
  const found = report({ events })
  const text = markdownReport(found).replace(/\s+/g, ' ')
  assert.match(text, /called 2 of 16 wrong ones true and 1 of 16 right ones false/)
  assert.match(text, /calibrated on 200 labelled pairs: 20\.0 % \[[\d., ]+\] of the wrong/)
  // 4 of 6 right by a judge with 10 % and 5 %: (.6667 - .1) / .85
  assert.match(text, /66\.7 %, corrected for these errors \(Rogan and Gladen\): 66\.7 % \[/)
  assert.match(markdownReport(found, 'zh'), /16 个错误答案中有 2 个判为对/)
})
