/** Errors under a Chinese locale: each is Chinese as a whole or English as a whole, and the commonest are Chinese. */
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type CommandLine, startCommandLine } from '../src/cli/testing/command-line.ts'
import { englishIn } from './chinese-prose.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-chinese-'))
const problem = { id: 'a', type: 'math', source: 's', question: 'Why?', answer: '4' }
writeFileSync(join(folder, 'good.jsonl'), `${JSON.stringify(problem)}\n`)
writeFileSync(join(folder, 'poem.jsonl'), `${JSON.stringify({ ...problem, type: 'poem' })}\n`)
writeFileSync(join(folder, 'my.yaml'), 'training:\n  groupSizee: 4\n  steps: 0\nseeed: 1\n')

const own = '--set data.validation=good.jsonl --set data.train='
const chinese: readonly string[] = [
  'train --config my.yaml',
  'train --config nowhere.yaml',
  'train --set training.groupSizee=4',
  'train --set training.groupSize=1',
  'train --set training.steps=many',
  'train --set seed',
  'train --set policy.engine=embeded',
  'train --set llm.executor.baseUrl=localhost:8000',
  'train --set training.minibatchSize=100000',
  'train --preset quikstart',
  'train --resume nowhere',
  `train ${own}poem.jsonl`,
  `train ${own}goood.jsonl`,
  `train ${own}*.jsonl`,
  `train ${own}~/mine.jsonl`,
  'train --set llm.executor.baseUrl=http://127.0.0.1:9/v1 --set llm.executor.model=m',
  'train --stepz 3',
  'eval nowhere',
  'show nowhere --step two',
  'runs --sort costs',
  'compare nowhere',
  'data synth --seed -1 --out new',
  'data synth --train 1k --out new',
  'data audit good.jsonl good.jsonl',
  'doctor --server htp://localhost:8000',
  'serve --port 70000',
  'simulate --fault slowly=0.1',
  'workflow export good.jsonl --to aflow',
  'workflow run AnswerGenerate --problem x --model m',
  'contract show --type maths',
  'demos eval --shots 1-4',
  'demos collect --balance 4',
  'demos train',
  'demos train --resume nowhere --shots 3',
  'train --set policy.engine=pointer',
  'train --set environment=demonstrations',
  'train --set training.rollouts=collected',
  'train --set training.imitation.steps=2',
  'train --set training.steps=0',
  'demos train --set demonstrations.collection=runs/c --set demonstrations.reward.mode=hybrid',
  'demos train --set demonstrations.collection=runs/c --set demonstrations.reward.mode=hard01_plus_gtprob',
]
/** Not translated; more of them would be no mistake. */
const english: readonly string[] = ['workflow run [AnswerGenerate --problem x']

suite('errors in Chinese', () => {
  let commands: CommandLine
  before(() => {
    commands = startCommandLine('zh')
  })
  after(() => commands.close())

  for (const line of chinese) {
    test(line, async () => {
      const { code, stderr } = await commands.run(folder, line.split(' '))
      assert.equal(code, 2, stderr)
      assert.match(stderr, /^错误：\S/)
      for (const each of stderr.split('\n')) assert.deepEqual(englishIn(each), [], stderr)
    })
  }

  for (const line of english) {
    test(`whole in English: ${line}`, async () => {
      const { stderr } = await commands.run(folder, line.split(' '))
      assert.match(stderr, /^error: /)
      assert.doesNotMatch(stderr, /\p{Script=Han}/u)
    })
  }
})
