import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunEvent } from '../core/run-events.ts'
import { createProgress } from './progress.ts'

const metrics = {
  reward: -4.12,
  accuracy: 0.266,
  'accuracy/low': 0.197,
  'accuracy/high': 0.348,
  'accuracy/n': 128,
  'workflow/valid_rate': 0.48,
  'workflow/fallback_rate': 0.46,
  frac_reward_zero_std: 0,
  'by_group/frac_mixed': 0.06,
  'cost/cumulative': 0.0123,
  'time/step_s': 8.3,
}
const stepEvent = (step: number): RunEvent => ({
  kind: 'step',
  record: { version: 1, step, metrics: { ...metrics, reward: step % 7 } },
})
const rolloutEvent = (done: number, total: number | null): RunEvent => ({
  kind: 'rollout',
  label: 'best fixed',
  done,
  total,
  place: null,
})

/** What a stream of so many columns (null: no terminal) was sent. */
function written(columns: number | null, events: readonly RunEvent[]): string {
  let text = ''
  let now = 0
  const stream = {
    isTTY: columns !== null,
    ...(columns === null ? {} : { columns }),
    write: (part: string) => {
      text += part
      return true
    },
  } as unknown as NodeJS.WriteStream
  const progress = createProgress({
    stream,
    totalSteps: 60,
    now: () => {
      now += 1000
      return now
    },
  })
  for (const event of events) progress(event)
  return text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal is sent
const withoutEscapes = (text: string): string => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')

const whole = [
  ...Array.from({ length: 40 }, (_, i) => stepEvent(i + 1)),
  rolloutEvent(0, 128),
  rolloutEvent(57, 128),
  rolloutEvent(12_345, null),
  rolloutEvent(9_999, 10_000),
]

for (const columns of [40, 60, 80, 120, 200])
  test(`nothing wraps in ${columns} columns`, () => {
    const lines = withoutEscapes(written(columns, whole)).split(/[\r\n]/)
    for (const line of lines) assert.ok(line.length < columns || /^step/.test(line), line)
    for (const line of lines) assert.ok(line.length <= columns, line)
  })

test('in a narrow terminal a step keeps accuracy, signal, cost and time left, on several lines where one is too short', () => {
  const narrow = (columns: number): string => withoutEscapes(written(columns, [stepEvent(1)])).replaceAll('\r', '')
  assert.equal(narrow(80), 'step    1/60  accuracy 26.6 % [19.7, 34.8]  signal 6 %  $0.0123  eta 8m 10s\n')
  assert.equal(
    narrow(60),
    'step    1/60  reward +1.00  accuracy 26.6 % [19.7, 34.8]\n        signal 6 %  $0.0123  eta 8m 10s\n',
  )
  assert.equal(
    narrow(40),
    'step    1/60  reward +1.00\n        accuracy 26.6 % [19.7, 34.8]\n        signal 6 %  $0.0123  eta 8m 10s\n',
  )
})

test('without a terminal a step is one plain line with every number, and rollouts write nothing', () => {
  const text = written(null, [rolloutEvent(3, 128), stepEvent(1)])
  assert.equal(
    text,
    'step    1/60  reward +1.00  accuracy 26.6 % [19.7, 34.8]  valid 48 %  fallback 46 %  signal 6 %  $0.0123  8.3 s  eta 8m 10s\n',
  )
})

test('with a terminal the bar fills and the rewards stand beside it as a sparkline', () => {
  const text = withoutEscapes(written(120, [stepEvent(1), stepEvent(2), rolloutEvent(64, 128)]))
  assert.match(text, /best fixed █{12}░{12} 64\/128 rollouts {2}reward ▁█$/)
})

test('signal is the share of groups with right and wrong answers: nothing right is no signal, whatever the fines', () => {
  const { record, ...event } = stepEvent(1) as Extract<RunEvent, { kind: 'step' }>
  const nothingRight = { ...record.metrics, accuracy: 0, frac_reward_zero_std: 0, 'by_group/frac_mixed': 0 }
  assert.match(
    written(null, [{ ...event, record: { ...record, metrics: nothingRight } }]),
    /accuracy 0\.0 % .*signal 0 %/,
  )
})

const forecast = (low: number, high: number, attempts: number): string =>
  written(null, [{ kind: 'forecast', groupSize: 8, forecast: { share: 0.4, low, high, problems: 264, attempts } }])

test('a forecast has its band and n; one whose band is wider than 50 points is none, and says what would narrow it', () => {
  assert.match(
    forecast(0.31, 0.52, 264),
    /^forecast {3}40\.0 % \[31\.0, 52\.0\] of groups should carry signal .*from 264 problems\n$/,
  )
  const open = forecast(0.061, 1, 264)
  assert.match(open, /cannot forecast .*\[6\.1, 100\.0\] %; .*evaluation\.samplesPerProblem=4/)
  assert.doesNotMatch(open, /40\.0 %/)
  assert.match(forecast(0, 0.9, 1056), /264 problems are too few; raise evaluation\.problems/)
})

test('a finding is a line when it begins and a short one when it is over', () => {
  const finding = {
    code: 'hardly-right',
    level: 'warning',
    facts: { share: 0.004, steps: 5, problems: 80 },
  } as const
  const change = (state: 'begins' | 'ends', to: number | null): RunEvent => ({
    kind: 'finding',
    state,
    episode: { finding, from: 3, to },
  })
  const [begins, ends] = written(null, [change('begins', null), change('ends', 14)]).split('\n')
  assert.match(
    begins ?? '',
    /^warning: Hardly any answer was right: 0\.4 % of the rollouts of the last 5 steps \(80 problems\)/,
  )
  assert.equal(ends, 'no longer: hardly any answer is right (steps 3 to 14)')
})

test('NO_COLOR takes the colours away', () => {
  const before = process.env['NO_COLOR']
  process.env['NO_COLOR'] = '1'
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal is sent
    assert.doesNotMatch(written(120, whole), /\u001b\[[0-9;]*m/)
  } finally {
    if (before === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = before
  }
})

test('what a server waits for is shown with its reason, once a state where there is no terminal', () => {
  const waiting = (state: string, waitedMs: number): RunEvent => ({
    kind: 'waiting',
    operation: 'sample',
    state,
    reason: 'short on capacity',
    waitedMs,
  })
  const events = [waiting('active', 500), waiting('paused_capacity', 20_000), waiting('paused_capacity', 42_000)]
  assert.equal(written(null, events), 'waiting    sample: paused_capacity (short on capacity)\n')
  assert.match(withoutEscapes(written(80, events)), /paused_capacity \(short on capacity\), 42 s$/)
})

test('a step in which nothing could be scored has no reward and no accuracy of 0', () => {
  const { reward: _, ...others } = metrics
  const unscored = { ...others, accuracy: 0, 'accuracy/low': 0, 'accuracy/high': 1, 'accuracy/n': 0 }
  for (const known of [unscored, { ...unscored, reward: 0 }]) {
    const line = written(null, [{ kind: 'step', record: { version: 1, step: 1, metrics: known } }])
    assert.match(line, /reward not scored {2}accuracy not scored {2}valid/)
  }
})

test('the workflows that a search found: the best of each type by name, none of the frontier', () => {
  const workflow = { correct: 9, scored: 10, reward: 7, calls: 1, candidates: 40 }
  const workflows = [
    { label: 'best-fixed', type: 'math', name: 'Programmer', ...workflow },
    { label: 'best-fixed', type: 'qa', name: 'Custom', ...workflow },
    { label: 'fixed:math/1', type: 'math', name: 'Review', ...workflow },
  ]
  assert.equal(
    written(null, [{ kind: 'fixed-workflows', workflows }]),
    'note: best fixed workflow for each type: math: Programmer · qa: Custom\n',
  )
})

test('a changed setting is a line of its own; the parts of a frontier that are measured are not', () => {
  const changes = [{ key: 'training.learningRate', from: 0.1, to: 0.2, isForced: false }]
  const config = { kind: 'config', step: 3, configHash: '', seed: 1, datasets: {}, changes, yaml: '' } as const
  assert.match(written(null, [config]), /from step 4: training\.learningRate 0\.2 \(was 0\.1\)\n$/)
  const decoded = { split: 'test', decoding: 'greedy', temperature: 0, metrics: {}, outcomes: [] } as const
  const measured = ['fixed:math/1', 'best-fixed'].map((label): RunEvent => {
    return { kind: 'evaluation', record: { version: 1, label, step: 0, ...decoded } }
  })
  assert.equal(written(null, measured).trim().split('\n').length, 1)
})
