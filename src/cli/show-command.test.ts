import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { advantages } from '../core/advantages.ts'
import type { SampledRollout } from '../core/records.ts'
import { loadProblems } from '../datasets/index.ts'
import { evaluation, type FakeRollout, fakeAttempt, rollout, step } from '../reports/testing/fake-run.ts'
import { createRun } from '../runs/index.ts'
import { speak } from './language.ts'
import type { ShowOptions } from './show/request.ts'
import { showCommand } from './show-command.ts'
import { textWidth } from './text-width.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-show-'))
after(() => rmSync(root, { recursive: true }))

const path = join(root, 'train.jsonl')
const row = { id: 'sum', type: 'math', source: 'own', question: 'What is 40 + 2? Give the number.', answer: '42' }
writeFileSync(path, `${JSON.stringify({ ...row, difficulty: 1 })}\n`)
const { fingerprint } = await loadProblems(path, { skipBadRows: false })
const scaling = { scale: 'group', epsilon: 0 } as const
const noClass = { boundary: 'policy', code: 'no-class', message: 'There is no class Workflow.' } as const
const tooSlow = { boundary: 'executor', code: 'timeout', message: 'no answer in 30 s' } as const

/** A group with its advantages, as a step records it. */
function group(rewards: readonly (number | null)[], of: (index: number) => FakeRollout): SampledRollout[] {
  const [stored = []] = advantages([rewards], scaling)
  return rewards.map((reward, index) => ({
    ...rollout({ rollout: index, reward, ...of(index) }),
    advantage: stored[index] as number,
  }))
}

const run = createRun({
  root,
  name: 'one',
  resolvedYaml: 'training:\n  advantages:\n    scale: group\n    epsilon: 0\n',
  origin: { configHash: '', seed: 1, datasets: { train: { path, fingerprint, rows: 1 } }, argv: ['train'] },
})
const asWritten = { text: 'a\nb\u001b[31m\n', outcome: fakeAttempt({ program: 'a\nc\n' }) }
run.recordStep(
  step(1, { 'time/step_s': 75 }),
  group([10, 9, 10, 7], () => ({ problemId: 'sum', ...asWritten })),
)
run.recordStep(step(2), [
  ...group([10, -5, -5, null], (index) => ({
    problemId: 'sum',
    step: 2,
    position: 0,
    text: `程序 ${index % 3}\n${'    乘法运算'.repeat(12)}\n`,
    outcome: fakeAttempt(),
    failures: [[], [noClass, noClass], [noClass], [tooSlow]][index] ?? [],
  })),
  ...group([3, 3], () => ({ problemId: 'tests', type: 'code', step: 2, position: 1 })),
  ...group([-5, -5], () => ({ problemId: 'read', type: 'qa', step: 2, position: 2, failures: [noClass] })),
])
run.recordRollout({ ...rollout({ step: 3, problemId: 'sum', reward: 10 }), advantage: null })
run.recordEvaluation(evaluation('after', 2, [true, false]))
for (const [position, reward] of [10, -5].entries()) {
  run.recordRollout({
    ...rollout({
      ...{ label: 'after', step: 2, problemId: `p${position}`, position, reward },
      failures: reward < 0 ? [{ boundary: 'sandbox', code: 'memory', message: 'too much' }] : [],
    }),
    advantage: null,
  })
}
run.close()

async function shown(options: ShowOptions, columns?: number, folder = run.folder): Promise<string> {
  const { write, isTTY, columns: real } = process.stdout
  const noColor = process.env['NO_COLOR']
  let text = ''
  Object.assign(process.stdout, {
    isTTY: columns !== undefined,
    columns,
    write: (part: string) => {
      text += part
      return true
    },
  })
  process.env['NO_COLOR'] = '1'
  try {
    await showCommand(folder, options)
    return text
  } finally {
    Object.assign(process.stdout, { write, isTTY, columns: real })
    if (noColor === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = noColor
  }
}

test('a run is a table of its steps and one of its evaluations, with commands to look closer', async () => {
  const lines = (await shown({})).split('\n')
  assert.match(lines[0] ?? '', /^step +problems +mean +right +mixed +time +failures$/)
  assert.match(lines[1] ?? '', /^ +1 +1 +9\.00 +100\.0 % \[20\.7, 100\.0\] n=1 +0 of 1 +1m 15s +–$/)
  assert.match(lines[2] ?? '', /^ +2 +3 .* n=3 +1 of 3 +– +4 policy\/no-class, 1 executor\/timeout, 1 unscorable$/)
  assert.match(lines[3] ?? '', /^ +3 +1 +10\.00 .* not whole +–$/)
  assert.ok(lines.some((line) => /^after +2 +50\.0 % \[.*\] n=2$/.test(line)))
  for (const more of ['--step 3', '--kind policy/no-class', '--label after'])
    assert.ok(lines.includes(`  npx baton show ${run.folder} ${more}`), more)
  assert.match(await shown({ type: 'code' }), /^ +2 +1 +3\.00 .* 0 of 1/m)
  assert.match(await shown({ limit: '1' }), /\n +3 .*\n2 earlier\n/)
})

test('a step is a table of its groups and what each teaches; few groups are shown whole below it', async () => {
  const text = await shown({ step: '2' })
  assert.match(text, /^problem +type +right +mean +deviation +teaches +failures\n/)
  assert.match(
    text,
    /^sum +math +1 of 4 +0\.00 +8\.66 +signal: .* mixed +2 policy\/no-class, 1 executor\/timeout, 1 unscor/m,
  )
  assert.match(text, /^tests +code +2 of 2 +3\.00 +0\.00 +nothing: all rewards are equal +–$/m)
  assert.ok(text.endsWith(`look closer:\n  npx baton show ${run.folder} --step 2 --problem sum\n`))
  assert.match(await shown({ step: '2', limit: '2' }), /\n1 more: npx baton show .* --step 2 --limit 3\n/)
  assert.match(await shown({ step: '1' }), /spread alone: all right, rewards differ by .*\n\nsum \(math\), step 1\n/)
})

test('a group has question, reference answer, how advantages are scaled, and each advantage with its formula', async () => {
  const text = await shown({ step: '1', problem: 'sum' })
  assert.match(text, /^question +What is 40 \+ 2\? Give the number\.\nreference +42$/m)
  assert.match(text, /^result +4 of 4 right, mean 9\.00, deviation 1\.41, 2 of 4 have the reward 10\.00$/m)
  assert.match(text, /^advantage +\(reward − mean of the group\) \/ .*\(training\.advantages\.scale: group\)$/m)
  assert.match(text, /^ +3: \(reward 7 − mean 9\) \/ deviation 1\.414 = −1\.414$/m)
  assert.match(text, /^program +- as written, \+ as run\n +a\n +- b\\x1b\[31m\n +\+ c$/m)
  assert.ok(!text.includes('recorded') && !text.includes('\u001b'))
})

test('equal programs are one column, with one text where their rollouts agree', async () => {
  const text = await shown({ step: '1', problem: 'sum' })
  assert.match(text, /^ +rollouts 0, 1, 2, 3 \(x4\)$/m)
  assert.equal(text.match(/^verdict /gm)?.length, 1)
  assert.match(text, /^advantage +0, 2: \(reward 10 /m)
  const wide = await shown({ step: '2', problem: 'sum' }, 200)
  assert.match(wide, /^ +rollouts 0, 3 \(x2\) +│ rollout 1 +│ rollout 2$/m)
  assert.match(wide, /^verdict +0: right \(.*│ wrong/m)
})

test('rollouts stand side by side from 100 columns on, no line is wider than the terminal', async () => {
  for (const columns of [40, 80, 99, 100, 120, 200]) {
    for (const options of [{}, { step: '2' }, { step: '2', problem: 'sum' }, { kind: 'policy' }]) {
      for (const line of (await shown(options, columns)).split('\n')) {
        // Commands to be copied are never broken.
        if (!line.includes('npx baton')) assert.ok(textWidth(line) <= columns, `${columns}: ${line}`)
      }
    }
    const text = await shown({ step: '2', problem: 'sum' }, columns)
    assert.equal(text.includes('│'), columns >= 100, String(columns))
    const ends = text.split('\n').flatMap((line) => (line.includes('│') ? [textWidth(line.split('│')[0] ?? '')] : []))
    assert.ok(new Set(ends).size <= 1, `columns do not line up: ${ends}`)
  }
})

test('one rollout alone; the rollouts of a kind within a group', async () => {
  const one = await shown({ step: '2', problem: 'sum', rollout: '1' })
  assert.match(one, /^ +rollout 1$/m)
  assert.ok(!one.includes('rollout 2'))
  assert.match(one, /^failure +program: no class Workflow \(policy\/no-class\): There is no class Workflow\.$/m)
  const failed = await shown({ step: '2', problem: 'sum', kind: 'timeout' })
  assert.match(failed, /^ +rollout 3$/m)
  assert.match(failed, /^advantage +0: it could not be scored$/m)
  assert.ok(!failed.includes('rollout 1'))
  await assert.rejects(shown({ step: '2', problem: 'sum', rollout: '7' }), {
    message: 'sum has no rollout 7 there.',
    hint: 'Its rollouts: 0, 1, 2, 3.',
  })
})

test('a problem of several steps is a table; what is about one group then asks for the step', async () => {
  const text = await shown({ problem: 'sum' })
  assert.match(text, /^step +problem .*\n +1 +sum .*\n +2 +sum .*\n +3 +sum /)
  await assert.rejects(shown({ problem: 'sum', calls: true }), /sum is in steps 1, 2, 3 of .*: one of them is needed\./)
  await assert.rejects(shown({ calls: true }), /--calls needs --problem/)
  await assert.rejects(shown({ rollout: '1' }), /--rollout needs --problem/)
})

test('a step under way says that there is no advantage yet', async () => {
  assert.match(await shown({ step: '3', problem: 'sum' }), /^advantage +none yet: the step is not whole$/m)
})

test('an evaluation has its problems and no advantages', async () => {
  const text = await shown({ label: 'after' })
  assert.match(
    text,
    /^problem +type +right +mean +failures\np0 +math +1 of 1 +10\.00 +–\np1 +math +0 of 1 +−5\.00 +1 sandbox\/memory\n/,
  )
  const one = await shown({ label: 'after', problem: 'p1' })
  assert.match(one, /^p1 \(math\), evaluation after at step 2$/m)
  assert.ok(!one.includes('advantage'))
})

test('rollouts are found by kind of failure: whole, by boundary, by code, by a wider name', async () => {
  for (const kind of ['policy/no-class', 'policy', 'no-class', 'generation']) {
    const text = await shown({ kind })
    assert.match(text, new RegExp(`^4 rollouts of the kind ${kind}\\nstep +problem +rollout `))
    assert.match(text, /^ +2 +sum +1 +math +−5\.00 +policy\/no-class: There is no class Workflow\.$/m)
  }
  assert.match(await shown({ kind: 'unscorable' }), /^1 rollout of the kind unscorable\n.*\n +2 +sum +3 +math +– /)
  assert.match(await shown({ kind: 'policy', type: 'qa' }), /^2 rollouts of/)
  assert.match(await shown({ kind: 'policy', limit: '1' }), /^1 of 4 .*\n.*\n.*\n3 more: npx baton show .* --limit 4\n/)
  assert.match(
    await shown({ kind: 'judge' }),
    /^No rollout has a failure of the kind judge\.\nThe kinds that there are: 4 policy\/no-class, 1 executor\/timeout/,
  )
  await assert.rejects(shown({ kind: 'exection' }), {
    message: '--kind exection is not known.',
    hint: /^Did you mean execution\?/,
  })
  await assert.rejects(shown({ kind: 'policy/no-clas' }), { hint: /^Did you mean policy\/no-class\?/ })
  await assert.rejects(shown({ kind: 'toString' }), /--kind toString is not known/)
})

test('a kind that only an evaluation has is found there', async () => {
  const text = await shown({ kind: 'memory' })
  assert.match(text, /look closer:\n {2}npx baton show \S+ --label after --kind memory\n$/)
  assert.match(await shown({ kind: 'memory', label: 'after' }), /^1 rollout of the kind memory\n/)
})

test('in Chinese every line of ours is Chinese, and columns line up', async () => {
  await speak('zh')
  try {
    const asked = [
      {},
      { step: '2' },
      { step: '2', problem: 'sum' },
      { kind: 'policy' },
      { kind: 'judge' },
      { label: 'after' },
    ]
    for (const options of asked) {
      for (const columns of [80, 120]) {
        const lines = (await shown(options, columns)).split('\n')
        for (const line of lines) if (!line.includes('npx baton')) assert.ok(textWidth(line) <= columns, line)
        const own = lines
          .filter((line) => !/npx baton|no-class|timeout|What is|training\.adv|rep/.test(line))
          .join('\n')
        assert.doesNotMatch(own, /\b(?:rollouts?|of|step|reward|mean|deviation|verdict|answer|calls|right|wrong)\b/)
      }
    }
    assert.match(
      await shown({ step: '2', problem: 'sum' }),
      /^结果 +答对 1\/4，均值 0\.00，标准差 8\.66，4 条中有 2 条的奖励为 −5\.00$/m,
    )
  } finally {
    await speak('en')
  }
})

test('for programs: the same as JSON, without the limits of a terminal', async () => {
  const read = async (options: ShowOptions) => JSON.parse(await shown({ ...options, json: true }))
  const ofRun = await read({})
  assert.deepEqual([ofRun.version, ofRun.view, ofRun.steps.length, ofRun.evaluations.length], [1, 'run', 3, 1])
  assert.deepEqual([ofRun.steps[1].mixedGroups, ofRun.steps[2].isWhole, ofRun.steps[0].seconds], [1, false, 75])
  const { right } = ofRun.evaluations[0]
  assert.deepEqual([right.value, right.n], [0.5, 2])
  assert.equal((await read({ step: '2' })).groups.length, 3)
  const { view, groups } = await read({ step: '1', problem: 'sum' })
  assert.deepEqual(
    [view, groups.length, groups[0].rollouts.length, groups[0].advantages.scale],
    ['groups', 1, 4, 'group'],
  )
  assert.equal((await read({ kind: 'policy' })).rollouts.length, 4)
})

test('the events of a run are those that the terminal showed, and can be asked for from the last one on', async () => {
  const text = await shown({ events: true })
  assert.match(text, /^step +1\/0 .*\nstep +2\/0 .*\nafter +greedy +accuracy 50\.0 % /)
  const [, since] = /--events --since (\d+)\n$/.exec(text) ?? []
  const all = JSON.parse(await shown({ events: true, json: true }))
  assert.deepEqual([all.version, all.view], [1, 'events'])
  assert.deepEqual(
    all.events.map(({ kind }: { kind: string }) => kind),
    ['step', 'step', 'evaluation'],
  )
  assert.equal(all.events.at(-1).id, Number(since))
  assert.deepEqual(JSON.parse(await shown({ events: true, json: true, since: '1', limit: '1' })).events, [
    all.events[1],
  ])
  assert.doesNotMatch(await shown({ events: true, since: since as string }), /^step|^after/m)
})

test('a file that has changed is named; wrong values name what there is, with exit code 2', async () => {
  const before = readFileSync(path)
  writeFileSync(path, `${JSON.stringify({ ...row, answer: '43', difficulty: 1 })}\n`)
  const text = await shown({ step: '1', problem: 'sum' })
  assert.match(
    text,
    /^question +question and reference answer are not shown: .*train\.jsonl has changed since the run\.$/m,
  )
  writeFileSync(path, before)
  const wrong: readonly (readonly [ShowOptions, RegExp, RegExp])[] = [
    [{ step: '1', problem: 'sun' }, /has no problem "sun"/, /Did you mean sum\?/],
    [{ step: '7' }, /has no step 7/, /Its steps are 1 to 2/],
    [{ step: 'two' }, /--step must be a whole number/, /--step/],
    [{ label: 'aftr' }, /has no evaluation "aftr"/, /Did you mean after\?/],
    [{ label: 'after', step: '7' }, /has no evaluation "after" at step 7/, /It was made at step 2\./],
    [{ type: 'maths' }, /--type maths is not known/, /Did you mean math\?/],
    [{ type: 'vqa' }, /has no vqa problems/, /Their types: code, math, qa\./],
    [{ step: '1', type: 'code' }, /has no code problems/, /Their types: math\./],
    [{ since: '4' }, /--since needs --events/, /number/],
    [{ events: true, step: '1' }, /--events does not go with --step/, /Leave one of them out/],
    [{ limit: '0' }, /--limit must be a whole number/, /--limit 1/],
  ]
  for (const [options, message, hint] of wrong) await assert.rejects(shown(options), { message, hint, exitCode: 2 })
})
