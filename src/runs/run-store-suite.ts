/** The suite that every `RunStore` passes. Today there is one: the folder with its journal. */

import assert from 'node:assert/strict'
import { callRecordOf, pendingCallOf } from '../core/call-cache-suite.ts'
import type {
  EvaluationRecord,
  Metrics,
  RolloutDigest,
  RolloutRecord,
  SampledRollout,
  StepRecord,
} from '../core/records.ts'
import type { RecordedEvent } from '../core/run-events.ts'
import { type ContractSubject, contractOf } from '../testing/contract.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import type { RunReader } from './run-reader.ts'
import type { RunStore } from './run-store.ts'
import { digestOf } from './testing/digest-of.ts'
import { sampledRollouts, withoutTokens } from './testing/sampled-rollouts.ts'

export type RunStorePart =
  | 'bits'
  | 'events'
  | 'reads back'
  | 'replaces'
  | 'order'
  | 'together'
  | 'writers'
  | 'torn'
  | 'rewind'
  | 'close'

export interface RunStoreScene {
  /** A run without records, open for writing. */
  readonly store: RunStore
  reopen(): RunStore
  read(): RunReader
  /** What a writer that died in the middle of a write leaves: the open store, as it is, with its last line cut. */
  killInWrite(): void
}

const evaluation = (label: string, at: number, accuracy = 0.5): EvaluationRecord => ({
  ...{ version: 1, label, step: at, split: 'validation', decoding: 'greedy', temperature: 0 },
  metrics: { accuracy },
  outcomes: [
    { problemId: 'p', problemType: 'math', isCorrect: null, llmCalls: 2, inputTokens: 9, outputTokens: 4, costUsd: 0 },
  ],
})

const step = (number: number, metrics: Metrics = { reward: number / 3 }): StepRecord => ({
  version: 1,
  step: number,
  metrics,
})

const rollout = (at: Partial<SampledRollout>): SampledRollout => ({
  ...{ version: 1, phase: 'train', step: 1, label: '', position: 0, problemId: 'p0', problemType: 'math' },
  ...{ source: 'synth/rates', difficulty: 1, rollout: 0, prompt: [1, 2], tokens: [3], logprobs: [-0.1] },
  ...{ stopReason: 'stop', text: 'x — 文', outcome: plainOutcome, failures: [] },
  ...{ score: { kind: 'unscorable', reason: 'no verdict' }, advantage: null, costUsd: 0.25, llmCalls: 2 },
  timing: { startedAt: '2026-01-01T00:00:00Z', durationMs: 5 },
  ...at,
})

/** Everything that a reader says of the records. */
const recorded = (reader: RunReader) => ({
  steps: reader.steps(),
  lastStep: reader.lastStep(),
  evaluations: reader.evaluations(),
  rollouts: sampledRollouts(reader),
  digests: reader.rolloutDigests(),
  calls: reader.callTotals(),
  spentUsd: reader.spentUsd(),
  found: reader.findCall('a'),
  events: reader.since(0).filter(({ kind }) => kind !== 'recovered'),
})

/** What steps and evaluations a reader of the events alone knows. */
export function foldedEvents(events: readonly RecordedEvent[]) {
  let steps: StepRecord[] = []
  let evaluations: EvaluationRecord[] = []
  for (const event of events) {
    if (event.kind === 'step') steps.push(event.record)
    if (event.kind === 'evaluation') {
      const { record } = event
      const at = evaluations.findIndex(({ label, step: of }) => label === record.label && of === record.step)
      evaluations.splice(at < 0 ? evaluations.length : at, at < 0 ? 0 : 1, record)
    }
    if (event.kind === 'evaluation-rename') {
      const { from, to, step: of } = event
      evaluations = evaluations.map((one) => (one.label === from && one.step === of ? { ...one, label: to } : one))
    }
    if (event.kind !== 'rewind') continue
    const { step: last } = event
    steps = steps.filter((one) => one.step <= last)
    evaluations = evaluations.filter((one) => one.step <= last)
  }
  return { steps, evaluations }
}

/** Some of every kind. */
function recordSome(store: RunStore): void {
  store.calls.put(callRecordOf('a'))
  store.recordEvaluation(evaluation('before', 0))
  store.recordRollout(rollout({ rollout: 1 }))
  store.recordStep(step(1, { reward: 0.1, b: -2 }), [rollout({ advantage: 1.5 })])
  store.event({ kind: 'notice', level: 'note', message: 'ü — 文' })
}

export function runStoreContract(subject: ContractSubject<RunStorePart, RunStoreScene>): void {
  const check = contractOf(subject)

  check(
    'reads back',
    'what was recorded is read back at once, after closing, and by a reader beside the writer',
    async (scene) => {
      const { store } = scene
      const reader = scene.read()
      assert.deepEqual([store.steps(), store.lastStep(), store.rollouts(), store.spentUsd()], [[], 0, [], 0])
      recordSome(store)
      const written = recorded(store)
      assert.deepEqual(written.steps, [step(1, { reward: 0.1, b: -2 })])
      assert.deepEqual(written.rollouts, [rollout({ advantage: 1.5 }), rollout({ rollout: 1 })])
      assert.deepEqual(written.evaluations, [evaluation('before', 0)])
      assert.deepEqual(
        written.events.map(({ kind }) => kind),
        ['evaluation', 'step', 'notice'],
      )
      assert.deepEqual(recorded(reader), written)
      reader.close()
      store.close()
      const again = scene.reopen()
      assert.deepEqual(recorded(again), written)
      assert.deepEqual([again.name, again.config, again.manifest], [store.name, store.config, store.manifest])
    },
  )

  check('events', 'a reader that asks for what came after its last event gets each once, in order', async (scene) => {
    const { store } = scene
    const reader = scene.read()
    const seen: RecordedEvent[] = []
    const heard: RecordedEvent[] = []
    store.listen((event) => heard.push(event))
    const ask = (limit?: number): void => {
      seen.push(...reader.since(seen.at(-1)?.id ?? 0, limit === undefined ? {} : { limit }))
    }
    ask()
    recordSome(store)
    ask(1)
    ask()
    store.rewindTo(0)
    store.recordStep(step(1, { reward: Number.NaN }))
    ask(2)
    ask()
    assert.deepEqual(seen, heard)
    assert.deepEqual(seen, store.since(0))
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ['evaluation', 'step', 'notice', 'rewind', 'step'],
    )
    assert.ok(seen.every(({ id, at }, i) => at !== null && id > (seen[i - 1]?.id ?? 0)))
    assert.deepEqual(
      reader.since(0, { kinds: ['notice', 'rewind'] }),
      seen.filter(({ kind }) => kind === 'notice' || kind === 'rewind'),
    )
    reader.close()
    store.close()
    assert.deepEqual(scene.reopen().since(0), seen)
  })

  check('events', 'a step or evaluation that is refused is no event', async ({ store }) => {
    store.recordStep(step(1))
    const before = store.since(0)
    assert.throws(() => store.recordStep(step(1)))
    assert.deepEqual(store.since(0), before)
  })

  check(
    'events',
    'folded, they are the steps and evaluations of the run, whatever was taken back',
    async ({ store }) => {
      recordSome(store)
      for (const number of [2, 3]) store.recordStep(step(number))
      store.recordEvaluation(evaluation('after', 3))
      store.rewindTo(2)
      store.recordStep(step(3, { reward: 7 }))
      store.recordEvaluation(evaluation('after', 3, 0.25))
      store.recordEvaluation(evaluation('before', 0, 0.75))
      store.renameEvaluations([{ from: 'after', to: 'step-3', step: 3 }])
      assert.deepEqual(foldedEvents(store.since(0)), { steps: store.steps(), evaluations: store.evaluations() })
    },
  )

  check(
    'replaces',
    'a rollout at its place and an evaluation under its name replace the ones before',
    async ({ store }) => {
      recordSome(store)
      store.recordRollout(rollout({ rollout: 1, text: 'new' }))
      store.recordEvaluation(evaluation('before', 0, 0.75))
      assert.deepEqual(
        store.rollouts().map(({ text }) => text),
        ['x — 文', 'new'],
      )
      assert.deepEqual(store.evaluations(), [evaluation('before', 0, 0.75)])
    },
  )

  check(
    'order',
    'rollouts come by place whatever order they were recorded in, and every filter finds its own',
    async ({ store }) => {
      const places = [2, 1].flatMap((number) =>
        [1, 0].flatMap((position) =>
          [1, 0].map((i) => ({ step: number, position, rollout: i, problemId: `p${position}` })),
        ),
      )
      for (const place of places) store.recordRollout(rollout(place))
      store.recordRollout(rollout({ phase: 'evaluation', label: 'before', step: 0 }))
      const found = store.rollouts({ phase: 'train' })
      assert.deepEqual(
        found.map(({ step: at, position, rollout: i }) => `${at}${position}${i}`),
        ['100', '101', '110', '111', '200', '201', '210', '211'],
      )
      for (const filter of [
        { step: 2 },
        { position: 1 },
        { problemId: 'p1' },
        { label: 'before' },
        { rollout: 1, step: 1 },
      ]) {
        const expected = store
          .rollouts()
          .filter((one) => Object.entries(filter).every(([name, value]) => one[name as keyof RolloutRecord] === value))
        assert.deepEqual(store.rollouts(filter), expected)
        assert.deepEqual(store.rolloutDigests(filter), expected.map(digestOf))
        for (const limit of [1, 3, 100]) {
          const pages: RolloutDigest[] = []
          for (;;) {
            const after = pages.at(-1)
            const page = store.rolloutDigests(filter, after === undefined ? { limit } : { limit, after })
            if (page.length === 0) break
            assert.ok(page.length <= limit)
            pages.push(...page)
          }
          assert.deepEqual(pages, expected.map(digestOf))
        }
        const [first] = expected
        if (first !== undefined) assert.deepEqual(store.rollouts(filter, { after: first }), expected.slice(1))
      }
      assert.deepEqual(
        store.findRollout({ phase: 'train', label: '', step: 2, position: 1, rollout: 0 })?.problemId,
        'p1',
      )
      assert.equal(store.findRollout({ phase: 'train', label: '', step: 3, position: 0, rollout: 0 }), undefined)
    },
  )

  check('bits', 'tokens and log-probs come back bit for bit', async ({ store }) => {
    const logprobs = [-0, -1e-320, -Math.PI, Math.fround(-0.1), Number.NEGATIVE_INFINITY, Number.NaN, -1e308]
    const tokens = [0, 1, 150_000, 2 ** 31 - 1, -1]
    const one = rollout({ prompt: [], tokens, logprobs })
    store.recordRollout(one)
    assert.deepEqual(store.findRollout(one), one)
    assert.deepEqual(store.rollouts(), [withoutTokens(one)])
    for (const token of [0.5, 2 ** 31, Number.NaN])
      assert.throws(() => store.recordRollout(rollout({ rollout: 1, tokens: [token] })), RangeError)
    assert.equal(store.rolloutDigests().length, 1)
  })

  check('together', 'a step that is refused leaves none of its rollouts', async ({ store }) => {
    recordSome(store)
    const before = recorded(store)
    assert.throws(() => store.recordStep(step(1), [rollout({ advantage: 9 }), rollout({ position: 7 })]))
    assert.deepEqual(recorded(store), before)
    store.recordStep(step(2))
    assert.equal(store.lastStep(), 2)
  })

  check('writers', 'a second writer is refused until the first closes; readers are not', async (scene) => {
    assert.throws(() => scene.reopen(), { name: 'BatonError', code: 'run-locked' })
    scene.read().close()
    assert.throws(() => scene.reopen(), { name: 'BatonError', code: 'run-locked' })
    scene.store.close()
    scene.reopen().close()
  })

  check(
    'torn',
    'what a writer recorded before it died in a write is there, and calls under way are in the accounts',
    async (scene) => {
      const { store } = scene
      recordSome(store)
      store.recordStep(step(2))
      await store.calls.begin?.(pendingCallOf('b'))
      const written = { ...recorded(store), calls: null, events: null, spentUsd: 0 }
      scene.killInWrite()
      const again = scene.reopen()
      assert.deepEqual({ ...recorded(again), calls: null, events: null, spentUsd: 0 }, written)
      assert.equal(again.callTotals()['judge']?.calls, 2)
      assert.equal(again.calls.get('b')?.failure?.code, 'interrupted')
      assert.equal(again.since(0, { kinds: ['recovered'] }).length, 1)
      again.recordStep(step(3))
      assert.deepEqual(
        again.steps().map((one) => one.step),
        [1, 2, 3],
      )
    },
  )

  check('rewind', 'a rewind takes back later steps and evaluations, and keeps rollouts and calls', async (scene) => {
    const { store } = scene
    recordSome(store)
    store.recordStep(step(2), [rollout({ step: 2 })])
    store.recordEvaluation(evaluation('after', 2))
    store.rewindTo(1)
    const rewound = recorded(store)
    assert.deepEqual([rewound.lastStep, rewound.evaluations.map(({ label }) => label)], [1, ['before']])
    assert.equal(store.rollouts({ step: 2 }).length, 1)
    assert.notEqual(store.calls.get('a'), undefined)
    store.recordStep(step(2, { reward: 9 }))
    store.close()
    assert.deepEqual(scene.reopen().steps().at(-1), step(2, { reward: 9 }))
  })

  check('close', 'a closed store refuses records with a clear error, and may be closed again', async ({ store }) => {
    store.close()
    store.close()
    const refused = { name: 'BatonError', code: 'closed' }
    assert.throws(() => store.recordStep(step(1)), refused)
    assert.throws(() => store.recordRollout(rollout({})), refused)
    assert.throws(() => store.recordEvaluation(evaluation('before', 0)), refused)
    assert.throws(() => store.calls.put(callRecordOf('a')), refused)
    assert.throws(() => store.event({ kind: 'run-begin' }), refused)
    assert.throws(() => store.since(0), refused)
    assert.throws(() => store.writeArtifact('report.md', ''), refused)
    assert.throws(() => store.steps(), refused)
  })

  check('close', 'a closed reader refuses with a clear error, and may be closed again', async (scene) => {
    const reader = scene.read()
    reader.close()
    reader.close()
    assert.throws(() => reader.steps(), { name: 'BatonError', code: 'closed' })
    assert.throws(() => reader.rollouts(), { name: 'BatonError', code: 'closed' })
  })
}
