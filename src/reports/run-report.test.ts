import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { markdownReport } from './markdown-report.ts'
import { verdictLine } from './phrases.ts'
import { gatherReport } from './run-report.ts'
import { evaluation, fakeAttempt, fakeJudged, fakeRun, rollout, step } from './testing/fake-run.ts'
import { words } from './words.ts'

const wrong = Array.from({ length: 60 }, () => false)
const right = wrong.map(() => true)
const half = wrong.map((_, i) => i % 2 === 0)
const between = (before: readonly boolean[], after: readonly boolean[]) =>
  gatherReport(fakeRun({ evaluations: [evaluation('before', 0, before), evaluation('after', 3, after)] }))

test('the verdict is yes, no or cannot tell, by where the interval lies', () => {
  assert.match(verdictLine(between(wrong, right), words.en), /^Yes: \+100\.0 points .*n = 60\.$/)
  assert.match(verdictLine(between(right, wrong), words.en), /^No, it got worse: −100\.0 points/)
  assert.match(
    verdictLine(between(half, half), words.en),
    /^Cannot tell: \+0\.0 points .*includes 0.*\. 60 problems can show 6\.4 points\.$/,
  )
  assert.match(verdictLine(between(wrong, right), words.zh), /^能：.*\+100\.0 个百分点/)
  assert.match(verdictLine(between(right, wrong), words.zh), /^不能/)
  assert.match(verdictLine(between(half, half), words.zh), /^无法判断/)
})

test('a difference of one problem in sixty is neither a gain nor equal: the line says what would show it', () => {
  const oneMore = half.map((value, i) => value || i === 1)
  const report = between(half, oneMore)
  assert.ok((report.gain?.difference ?? 0) > 0)
  assert.match(
    verdictLine(report, words.en),
    /^Cannot tell.* 60 problems can show 7\.8 points; 1\.7 points would need 1,3\d\d\.$/,
  )
  assert.match(
    verdictLine(report, words.zh),
    /60 道题可检出 7\.8 个百分点的差异；检出 1\.7 个百分点需要 1,3\d\d 道题。$/,
  )
})

test('one problem can show nothing: no number of points above 100 is printed', () => {
  const report = between([false], [true])
  assert.match(
    verdictLine(report, words.en),
    /n = 1\. 1 problem is too few to show any difference; 100\.0 points would/,
  )
  assert.match(verdictLine(report, words.zh), /1 道题太少，检出不了任何差异；检出 100\.0 个百分点需要/)
})

test('equal is said of an interval that lies within the margin, and names the margin', () => {
  const many = Array.from({ length: 400 }, (_, i) => i % 2 === 0)
  const report = between(many, many)
  assert.match(verdictLine(report, words.en), /^Equal: \+0\.0 points .*lies within 1 point of 0/)
  assert.match(verdictLine(report, words.zh), /^相当：.*1 个百分点以内/)
})

test('a run without evaluations has no result and no rows, and says where it stands', () => {
  const report = gatherReport(fakeRun({ steps: [step(1), step(2)], plannedSteps: 9 }))
  assert.equal(report.gain, null)
  assert.deepEqual(report.comparison, [])
  assert.match(verdictLine(report, words.en), /step 2 of 9/)
})

test('an interrupted run is compared by its latest evaluation, and its verdict stays open', () => {
  const evaluations = [evaluation('before', 0, wrong), evaluation('step-2', 2, half)]
  const report = gatherReport(fakeRun({ evaluations, steps: [step(1), step(2)], plannedSteps: 9 }))
  assert.equal(report.gain, null)
  assert.equal(report.soFar?.label, 'step-2')
  assert.equal(report.soFar?.difference.difference, 0.5)
  assert.deepEqual(
    report.comparison.map(({ label }) => label),
    ['before', 'step-2'],
  )
})

test('rollouts of a step that was cut off are left out', () => {
  const rollouts = [rollout({ step: 1 }), rollout({ step: 2 })]
  const report = gatherReport(fakeRun({ steps: [step(1)], rollouts }))
  assert.equal(report.troubles.rollouts, 1)
  assert.deepEqual(
    report.best.map((example) => example.rollout.step),
    [1],
  )
})

test('without a search there is no difference from the best fixed workflow; with one there is, by type too', () => {
  assert.equal(between(wrong, right).againstFixed, null)
  const evaluations = [evaluation('before', 0, wrong), evaluation('best-fixed', 0, right), evaluation('after', 3, half)]
  const place = { label: 'best-fixed', type: 'math', name: 'Programmer', candidates: 32 }
  const workflows = [{ ...place, correct: 7, scored: 8, reward: 2, calls: 1 }]
  const report = gatherReport(fakeRun({ evaluations, events: [{ kind: 'fixed-workflows', workflows }] }))
  assert.equal(report.againstFixed?.difference, -0.5)
  assert.deepEqual(Object.keys(report.againstFixedByType), ['code', 'math', 'qa'])
  assert.deepEqual(report.fixedWorkflows, workflows)
  assert.ok(report.evaluations.every(({ label }) => label !== 'best-fixed'))
})

test('several samples of a problem are one problem: n and the interval do not shrink with them', () => {
  const once = between(wrong, half)
  const four = (values: readonly boolean[]): boolean[] => values.flatMap((value) => [value, value, value, value])
  const evaluations = [
    evaluation('before', 0, four(wrong), { samples: 4 }),
    evaluation('after', 3, four(half), { samples: 4 }),
  ]
  const often = gatherReport(fakeRun({ evaluations }))
  assert.deepEqual(often.gain, once.gain)
  assert.deepEqual(
    often.comparison.map(({ all: { value, low, high, n } }) => ({ value, low, high, n })),
    once.comparison.map(({ all: { value, low, high, n } }) => ({ value, low, high, n })),
  )
  assert.equal(often.comparison[0]?.samples, 240)
})

test('what could not be scored counts neither as wrong nor in n', () => {
  const report = gatherReport(fakeRun({ evaluations: [evaluation('before', 0, [true, null, true, null])] }))
  const row = report.comparison[0]
  assert.deepEqual([row?.all.value, row?.all.n, row?.unscorable], [1, 2, 2])
})

test('operator shares are read from the metrics, by type and operator', () => {
  const metrics = { 'operators/math/Programmer/share': 0.75, 'operators/math/Test/share': 0.25, 'operators/entropy': 1 }
  const report = gatherReport(fakeRun({ evaluations: [evaluation('before', 0, half, { metrics })] }))
  assert.deepEqual(report.operatorShares.before['math'], { Programmer: 0.75, Test: 0.25 })
})

test('best and worst take the types in turn, the latest first, no program and no problem twice', () => {
  const rollouts = [
    rollout({ step: 1, type: 'math', reward: 10, text: 'a' }),
    rollout({ step: 2, type: 'math', reward: 10, text: 'a', position: 1 }),
    rollout({ step: 2, type: 'math', reward: 10, text: 'b', position: 1, rollout: 1 }),
    rollout({ step: 1, type: 'qa', reward: -10, text: 'c' }),
    rollout({ step: 1, type: 'code', reward: null, text: 'd' }),
  ]
  const { best, worst } = gatherReport(fakeRun({ steps: [step(1), step(2)], rollouts }), 2)
  assert.deepEqual(
    best.map(({ rollout: { text, step: at } }) => `${text}${at}`),
    ['a2', 'c1'],
  )
  assert.deepEqual(
    worst.map(({ reward }) => reward),
    [10, -10],
  )
})

test('failures are counted once a rollout, with their shares at both ends and an example', () => {
  const failure = { boundary: 'policy', code: 'no-class', message: 'There is no class.' } as const
  const rollouts = [1, 2].flatMap((at) =>
    [0, 1].map((position) =>
      rollout({ step: at, position, failures: at === 1 || position === 0 ? [failure, failure] : [] }),
    ),
  )
  const { troubles } = gatherReport(fakeRun({ steps: [step(1), step(2)], rollouts }))
  const [count] = troubles.failures
  assert.deepEqual(
    [count?.kind, count?.rollouts, ...[count?.share, count?.firstShare, count?.lastShare].map((rate) => rate?.value)],
    ['policy/no-class', 3, 0.75, 1, 0.5],
  )
  // Four problems, each with one rollout: the interval is that of 3 of 4.
  assert.deepEqual([count?.share.n, (count?.share.low ?? 0) > 0.25, (count?.share.high ?? 1) < 1], [4, true, true])
  assert.deepEqual(count?.example, { message: 'There is no class.', step: 1, problemId: 'math-1-0' })
})

test('who decided is counted, and a judge that stayed empty is named', () => {
  const judged = (code: string | null) => fakeAttempt({ correctness: fakeJudged(code) })
  const rollouts = [
    rollout({ outcome: fakeAttempt() }),
    rollout({ position: 1, outcome: judged(null), reward: -5 }),
    rollout({ position: 2, outcome: judged('empty-content'), reward: null }),
  ]
  const { troubles } = gatherReport(fakeRun({ steps: [step(1)], rollouts }))
  assert.deepEqual(
    troubles.decisions.map(({ by, answers, unscorable, right: { n, value } }) => [by, answers, unscorable, n, value]),
    [
      ['judge', 2, 1, 1, 0],
      ['math', 1, 0, 1, 1],
    ],
  )
  assert.deepEqual(troubles.judge, { answers: 2, withoutVerdict: { 'empty-content': 1 } })
  assert.equal(troubles.unscorable, 1)
})

test('where no rollout was right, the band of the training curve is as wide as so few problems leave it', () => {
  const rollouts = [0, 1, 2, 3].flatMap((position) =>
    [0, 1, 2, 3].map((index) => rollout({ position, rollout: index, reward: -10 })),
  )
  const [point] = gatherReport(fakeRun({ steps: [step(1)], rollouts })).training.accuracy
  assert.deepEqual([point?.value, point?.low, point?.n], [0, 0, 4])
  assert.ok((point?.high ?? 0) > 0.45)
})

test('the band of the training curve is over problems: rollouts of one problem add nothing to n', () => {
  const rollouts = [0, 1, 2].flatMap((position) =>
    [0, 1, 2, 3].map((index) => rollout({ position, rollout: index, reward: position === 0 ? 10 : -10 })),
  )
  const { training } = gatherReport(fakeRun({ steps: [step(1)], rollouts }))
  const [point] = training.accuracy
  assert.equal(point?.n, 3)
  assert.ok(Math.abs((point?.value ?? 0) - 1 / 3) < 1e-9)
  assert.ok((point?.low ?? 0) > 0 && (point?.low ?? 1) < 0.07)
})

describe('both decodings', () => {
  const four = (part: number): boolean[] => Array.from({ length: 60 }, (_, i) => i % 4 < part)
  const evaluations = [
    evaluation('before', 0, four(3)),
    evaluation('before-sampled', 0, four(1)),
    evaluation('after', 3, four(4)),
    evaluation('after-sampled', 3, four(4)),
  ]
  const near = (value: number | undefined, expected: number): void =>
    assert.ok(Math.abs((value ?? Number.NaN) - expected) < 1e-9, `${value} is not ${expected}`)

  test('the greedy result is the verdict, the sampled one stands beside it', () => {
    const report = gatherReport(fakeRun({ evaluations }))
    assert.equal(report.decoding, 'greedy')
    near(report.gain?.difference, 0.25)
    assert.deepEqual(
      report.otherResults.map(({ decoding }) => decoding),
      ['sampled'],
    )
    near(report.otherResults[0]?.gain?.difference, 0.75)
    const text = markdownReport(report)
    assert.match(text, /\*\*Yes: \+25\.0 points .*\*\*\n\nThe same policies sampled: \+75\.0 points/)
    assert.match(text, /\| trained policy − warm start, sampled \| \+75\.0/)
  })

  test('a run whose start was only sampled has the sampled result as its verdict, and says so', () => {
    const older = evaluations.filter(({ label }) => label !== 'before')
    const report = gatherReport(fakeRun({ evaluations: older }))
    assert.equal(report.decoding, 'sampled')
    near(report.gain?.difference, 0.75)
    assert.match(markdownReport(report), /Sampled, greedy was not measured before and after\. Yes: \+75\.0/)
  })

  test('calls and tokens stand beside each accuracy, a dash where an older version did not count them, dollars where any', () => {
    const unmeasured = { llmCalls: null, inputTokens: null, outputTokens: null, costUsd: 0 }
    const older = (item: (typeof evaluations)[number]) => ({
      ...item,
      outcomes: item.outcomes.map((outcome) => ({ ...outcome, ...unmeasured })),
    })
    const rowsOf = (list: typeof evaluations): string[] =>
      markdownReport(gatherReport(fakeRun({ evaluations: list })))
        .split('\n')
        .filter((line) => /calls a problem|^\| (?:warm start|trained policy), greedy/.test(line))
    const [header, ...counted] = rowsOf(evaluations)
    assert.match(header ?? '', /calls a problem \| tokens a problem \| cost a problem \|$/)
    for (const row of counted) assert.match(row, /\| 2\.0+ \| 400 \| \$0\.01000 \|$/)
    const [plain, ...dashed] = rowsOf(evaluations.map(older))
    assert.match(plain ?? '', /calls a problem \| tokens a problem \|$/)
    for (const row of dashed) assert.match(row, /\| – \| – \|$/)
    assert.equal(dashed.length, 2)
  })

  test('a complete run says why it has no result, and never that there is none yet', () => {
    const none = [null, null, null, null]
    const headOf = (list: typeof evaluations, done: number): string => {
      const steps = Array.from({ length: done }, (_, i) => step(i + 1))
      return markdownReport(gatherReport(fakeRun({ evaluations: list, steps, plannedSteps: 3 })))
    }
    const before = evaluation('before', 0, four(1))
    assert.match(headOf([before], 2), /No result yet: the run is at step 2 of 3/)
    const scoredNone = headOf([before, evaluation('after', 3, none)], 3)
    assert.match(scoredNone, /Nothing could be scored: of the 4 answers of the last evaluation none has a verdict/)
    assert.match(headOf([evaluation('before', 0, none), evaluation('after', 3, none)], 3), /Nothing could be scored/)
    assert.match(headOf([before], 3), /Not measured: all 3 steps are done/)
    const apart = headOf([evaluation('before', 0, none), evaluation('after', 3, four(1))], 3)
    assert.match(apart, /Nothing to compare: .* \(n = 0\)/)
    for (const text of [scoredNone, apart, headOf([before], 3)]) assert.doesNotMatch(text, /yet\b/)
    assert.match(scoredNone, /\| – \|/)
    assert.doesNotMatch(scoredNone, / 0\.0 %[^|]*n=0/)
  })

  test('where the course was measured on other problems, the result is not compared with it', () => {
    const own = (item: (typeof evaluations)[number]) => ({ ...item, split: 'test' })
    const course = [evaluation('step-0', 0, four(1)), evaluation('step-2', 2, four(2))]
    const unfinished = gatherReport(fakeRun({ evaluations: [...course, own(evaluation('before', 0, four(3)))] }))
    assert.equal(unfinished.split, 'validation')
    near(unfinished.soFar?.difference.difference, 0.25)
    const whole = gatherReport(fakeRun({ evaluations: [...course, ...evaluations.map(own)] }))
    assert.equal(whole.split, 'test')
    near(whole.gain?.difference, 0.25)
    assert.deepEqual(
      whole.evaluations.filter(({ decoding }) => decoding === 'greedy').map(({ step, split }) => [step, split]),
      [
        [0, 'validation'],
        [0, 'test'],
        [2, 'validation'],
        [3, 'test'],
      ],
    )
  })
})
