import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { baton, startCommandLine } from '../testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-score-'))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true })
})

const score = (args: readonly string[]) => commands.run(folder, ['score', ...args])

function pairsFile(name: string, rows: readonly unknown[]): string {
  const path = join(folder, name)
  writeFileSync(path, rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join(''))
  return path
}

test('one pair: the verdict, what was read on each side, and why', async () => {
  const { code, stdout } = await score([
    '--type',
    'math',
    '--reference',
    '8',
    '--prediction',
    'So it is \\boxed{8 million}.',
  ])
  assert.equal(code, 0)
  assert.equal(
    stdout,
    'false by the math scorer\n  answer: 8 million\n  reference: 8\n  why: differs from the reference: 8 million\n',
  )
  const chinese = await baton(folder, ['score', '--reference', '8', '--prediction', '8'], { language: 'zh' })
  assert.match(chinese.stdout, /^对 .*\n {2}答案：8\n {2}参考答案：8\n {2}理由：与参考答案相等\n$/)
})

test('a file of pairs gives one JSON object a line, with the verdict judge where only a judge could tell', async () => {
  const file = pairsFile('pairs.jsonl', [
    { type: 'math', reference: '25 m', prediction: '25', question: 'How many metres?' },
    { type: 'math', reference: '25', prediction: '25 m^2' },
    { type: 'qa', reference: 'B', prediction: 'Paris', choices: ['Rome', 'Paris'] },
    { type: 'qa', reference: 'Rome', prediction: 'B', choices: { A: 'Rome', B: 'Paris' } },
    { type: 'qa', reference: '3.5', prediction: '35' },
    {
      type: 'code',
      reference: '',
      prediction: 'def f(x):\n    return x + 1',
      tests: ['assert f(1) == 2'],
      entryPoint: 'f',
    },
    {
      type: 'code',
      reference: '',
      prediction: 'def f(x):\n    return x',
      tests: ['assert f(1) == 2'],
      entryPoint: 'f',
    },
    { type: 'math', reference: '8', prediction: '' },
  ])
  const { code, stdout } = await score(['--file', file, '--json'])
  assert.equal(code, 0)
  const scores = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    scores.map(({ verdict, scorer }) => [verdict, scorer]),
    [
      ['true', 'math'],
      ['judge', 'judge'],
      ['true', 'match'],
      ['false', 'match'],
      ['false', 'match'],
      ['true', 'tests'],
      ['false', 'tests'],
      ['false', 'gate'],
    ],
  )
  assert.deepEqual(scores[0].read, { prediction: '25', reference: '25 m' })
  assert.match(scores[1].reason, /only one side says 2 m/)
  assert.deepEqual(scores[4].overlap.squad, { archive: { exactMatch: 1, f1: 1 }, corrected: { exactMatch: 0, f1: 0 } })
})

test('the configured judge decides the rest', async () => {
  const file = pairsFile('open.jsonl', [
    { type: 'qa', reference: 'Ann', prediction: 'the wife of Bob', question: 'Who won?' },
  ])
  const { code, stdout } = await score(['--file', file, '--judge', '--json'])
  assert.equal(code, 0)
  const { verdict, scorer } = JSON.parse(stdout)
  assert.equal(scorer, 'judge')
  assert.ok(['true', 'false'].includes(verdict))
})

for (const [args, message] of [
  [['--reference', '8'], /--prediction is not given/],
  [['--file', pairsFile('bad.jsonl', ['{']), '--json'], /bad\.jsonl, line 1 is not JSON/],
  [
    ['--file', pairsFile('type.jsonl', [{ type: 'sums', reference: '', prediction: '' }])],
    /line 1: "type" must be one of math/,
  ],
  [
    ['--file', pairsFile('number.jsonl', [{ reference: 8, prediction: '8' }])],
    /line 1: "reference" must be a text \(got 8\)/,
  ],
  [['--file', pairsFile('none.jsonl', [])], /holds no pairs/],
  [['--file', join(folder, 'nowhere.jsonl')], /nowhere\.jsonl/],
  [['--file', 'x', '--reference', '8'], /--file and --reference are both given/],
  [['--type', 'sums', '--reference', '8', '--prediction', '8'], /--type sums is not known/],
] as const)
  test(`${args.join(' ').replace(folder, '')} is refused`, async () => {
    const { code, stderr } = await score(args)
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
