import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openChatTokenizer } from '../engines/chat/index.ts'
import { readRun } from '../runs/index.ts'
import { makeSourceRun, readShippedProblems } from '../session/imitation/testing/source-run.ts'
import { fallbackProgram } from '../workflows/programs/index.ts'
import { startCommandLine } from './testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-imitate-'))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true })
})

const main = join(import.meta.dirname, 'main.ts')
const settings = (...keys: string[]): string[] => keys.flatMap((key) => ['--set', key])
const small = settings(
  ...['policy.threads=1', 'data.test=null', 'data.limit=64', 'evaluation.problems=2', 'sandbox.processes=1'],
  ...['training.imitation.problemsPerStep=4', 'training.checkpointEvery=2', 'training.imitation.evaluateEvery=2'],
)

const baton = (...argv: string[]) => commands.run(folder, argv)

function stepsOf(name: string): Readonly<Record<string, number>>[] {
  const run = readRun(join(folder, 'runs', name))
  try {
    return run
      .steps()
      .map(({ metrics }) => Object.fromEntries(Object.entries(metrics).filter(([key]) => !/^time\//.test(key))))
  } finally {
    run.close()
  }
}

before(async () => {
  const { encode } = openChatTokenizer(join(import.meta.dirname, '..', '..', 'models', 'conductor')).tokenizer
  const rollouts = readShippedProblems(12).flatMap((problem) => {
    const text = fallbackProgram(problem.type)
    return [{ problem, text, tokens: [...encode(text), 1], reward: 9 }]
  })
  await makeSourceRun(join(folder, 'runs'), rollouts)
})

const imitate = (name: string, ...more: string[]): string[] => [
  ...[
    'imitate',
    '--steps',
    '4',
    ...small,
    ...settings(`run.name=${name}`, 'training.imitation.learningRate=1e-3'),
    ...more,
  ],
]

test('the best rollouts of a run are imitated; killed and resumed, it ends as one that was not', async () => {
  const whole = await baton(...imitate('whole', '--from', 'runs/source'))
  assert.equal(whole.code, 0, whole.stderr)
  assert.match(whole.stdout, /imitates +12 attempts at 12 problems, 1 of them held out: runs\/source/)
  assert.match(whole.stdout, /held-out loss 0\.\d+ +valid \d+ %/)
  const steps = stepsOf('whole')
  assert.equal(steps.length, 4)
  assert.ok((steps[3]!['loss'] as number) < (steps[0]!['loss'] as number))
  assert.equal(steps[1]!['imitation/valid_n'], 1)

  const running = spawn(process.execPath, [main, ...imitate('killed', '--from', 'runs/source')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (/^step +3\//m.test(said)) running.kill('SIGKILL')
  })
  await once(running, 'close')
  const resumed = await baton('imitate', '--resume', 'runs/killed')
  assert.equal(resumed.code, 0, resumed.stderr)
  assert.deepEqual(stepsOf('killed'), steps)
})

test('experts and rows of a file are imitated together, then the policy learns from rollouts of its own', async () => {
  const rows = [
    { problemId: 'no-such-problem', completion: 'x' },
    { prompt: 'How much is 2 + 3?', completion: 'class Workflow:' },
  ]
  writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const refused = await baton(...imitate('refused', '--from', 'rows.jsonl'))
  assert.deepEqual([refused.code, refused.stdout], [2, ''])
  assert.match(refused.stderr, /rows\.jsonl line 1: data\.train has no problem no-such-problem/)

  writeFileSync(join(folder, 'rows.jsonl'), JSON.stringify(rows[1]))
  const more = settings('training.steps=1', 'training.problemsPerStep=2', 'training.groupSize=2')
  const done = await baton(
    ...imitate('both', '--from', 'experts', '-f', 'rows.jsonl', '-n', '2', '--steps', '2', ...more),
  )
  assert.equal(done.code, 0, done.stderr)
  assert.match(done.stdout, /1\d\d attempts at 65 problems, 7 of them held out: experts, rows\.jsonl/)
  const steps = stepsOf('both')
  assert.deepEqual(
    steps.map((metrics) => 'accuracy/n' in metrics),
    [false, false, true],
  )
})

test('what cannot be imitated is named with its fix, before a run is made', async () => {
  const messages = [
    { role: 'user', content: 'Q' },
    { role: 'assistant', content: 'A' },
  ]
  writeFileSync(join(folder, 'chats.jsonl'), JSON.stringify({ messages }))
  for (const [argv, expected] of [
    [[], /training\.imitation\.from names nothing to imitate/],
    [['--from', 'runs/nowhere'], /runs\/nowhere/],
    [['--from', 'runs/source', '--least-reward', '11'], /no training rollout with a reward of 11 or more/],
    [['--from', 'runs/source', '--set', 'data.validation=../no.jsonl'], /no\.jsonl/],
    [['--from', 'chats.jsonl'], /has no chat template/],
    [['--resume', 'runs/source', '--steps', '3'], /takes what is imitated from the run/],
  ] as const) {
    const { code, stderr } = await baton('imitate', ...argv)
    assert.equal(code, 2, stderr)
    assert.match(stderr, expected)
  }
})
