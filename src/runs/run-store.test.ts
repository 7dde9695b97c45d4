import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { callRecordOf } from '../core/call-cache-suite.ts'
import { BatonError } from '../core/failure.ts'
import type { EvaluationRecord, Metrics, SampledRollout, StepRecord } from '../core/records.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import { createRun, openRun, type RunOrigin, type RunStore, readRun, withoutSecrets } from './index.ts'
import { openJournal, readCall, readPoints, writeCall, writeStep } from './journal.ts'
import { checkDatasets } from './manifest.ts'
import { writeRollout } from './rollouts.ts'
import { Statements } from './statements.ts'
import { digestOf } from './testing/digest-of.ts'
import { listRuns } from './testing/list-runs.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-runs-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const origin: RunOrigin = {
  configHash: 'sha256:0',
  seed: 1,
  datasets: { train: { path: 'data/train.jsonl', fingerprint: 'sha256:1', rows: 3 } },
  argv: ['train'],
}
const make = (name = 'run'): RunStore =>
  createRun({ root, name, resolvedYaml: 'seed: 1\ntraining:\n  steps: 3\n', origin })

const step = (number: number, metrics: Metrics = { reward: number / 3, 'time/step_s': 1 }): StepRecord => ({
  version: 1,
  step: number,
  metrics,
})

const evaluation = (label: string, at: number, accuracy = 0.5): EvaluationRecord => ({
  version: 1,
  label,
  step: at,
  split: 'validation',
  decoding: 'greedy',
  temperature: 0,
  metrics: { accuracy },
  outcomes: [
    { problemId: 'p', problemType: 'math', isCorrect: null, llmCalls: 2, inputTokens: 9, outputTokens: 4, costUsd: 0 },
  ],
})

const rollout = (at: Partial<SampledRollout>): SampledRollout => ({
  version: 1,
  phase: 'train',
  step: 1,
  label: '',
  position: 0,
  problemId: 'p0',
  problemType: 'math',
  source: 'synth/rates',
  difficulty: 1,
  rollout: 0,
  prompt: [1, 2],
  tokens: [3],
  logprobs: [-0.1],
  stopReason: 'stop',
  text: 'x',
  outcome: plainOutcome,
  failures: [],
  score: { kind: 'unscorable', reason: 'no verdict' },
  advantage: null,
  costUsd: 0.25,
  llmCalls: 2,
  timing: { startedAt: '2026-01-01T00:00:00Z', durationMs: 5 },
  ...at,
})

function refusal(body: () => unknown): BatonError {
  try {
    body()
  } catch (error) {
    assert.ok(error instanceof BatonError, String(error))
    return error
  }
  throw new assert.AssertionError({ message: 'accepted' })
}

describe('a run folder', () => {
  test('holds configuration, manifest and journal, and opens again as it was', () => {
    const run = make()
    run.close()
    const again = openRun(join(root, 'run'))
    assert.equal(again.name, 'run')
    assert.deepEqual(again.config, { seed: 1, training: { steps: 3 } })
    assert.equal(again.manifest.nodeVersion, process.versions.node)
    assert.equal(again.manifest.datasets.train?.fingerprint, 'sha256:1')
    assert.ok('zod' in again.manifest.dependencies)
    again.close()
    again.close()
  })

  test('is never overwritten, and made-up names do not meet', () => {
    make().close()
    const error = refusal(() => make())
    assert.match(error.message, /run exists already/)
    assert.match(error.hint ?? '', /--resume/)
    const names = Array.from({ length: 20 }, () => {
      const run = createRun({ root, prefix: 'quickstart', resolvedYaml: 'seed: 1\n', origin })
      run.close()
      return run.name
    })
    assert.equal(new Set(names).size, 20)
    assert.match(names[0] ?? '', /^quickstart-[0-9a-f]{4}/)
  })

  test('that is none is refused with a word on what is missing', () => {
    assert.match(refusal(() => openRun(join(root, 'nope'))).message, /is not a run: it has no manifest\.json/)
    make().close()
    writeFileSync(join(root, 'run', 'journal.sqlite'), 'not a database at all')
    assert.equal(refusal(() => openRun(join(root, 'run'))).code, 'journal-unreadable')
  })

  test('takes whole files under names of their own', () => {
    const run = make()
    const path = run.writeArtifact('report.html', '<p>')
    run.writeArtifact('report.html', '<p>2')
    assert.equal(readFileSync(path, 'utf8'), '<p>2')
    for (const name of ['../out', 'manifest.json', '/tmp/x', 'journal.sqlite-wal', 'checkpoints/x']) {
      assert.throws(() => run.writeArtifact(name, ''), /is not a name/)
    }
    assert.ok(existsSync(run.makeFolder('tensorboard')))
    run.close()
  })
})

describe('one writer', () => {
  test('a second is refused, in this process and in another, until the first closes', () => {
    const run = make()
    assert.equal(refusal(() => openRun(run.folder)).code, 'run-locked')
    // Listing looks at the lock; that must not loosen it.
    assert.equal(listRuns(root)[0]?.state.state, 'running')
    const other = `import { openRun } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
      try { openRun(${JSON.stringify(run.folder)}); console.log('opened') } catch (error) { console.log(error.code, error.message) }`
    const attempt = (): string =>
      spawnSync(process.execPath, ['--input-type=module', '-e', other], { encoding: 'utf8' }).stdout
    assert.match(attempt(), new RegExp(`^run-locked .* is being written by process ${process.pid}`))
    run.close()
    assert.match(attempt(), /^opened/)
    // The other process ended without closing it.
    assert.equal(listRuns(root)[0]?.state.state, 'killed')
  })

  test('a run in a folder without write permission can be read and listed, whether it was closed or killed', () => {
    const run = make()
    run.recordStep(step(1))
    run.close()
    const killed = make('killed')
    killed.recordStep(step(1))
    const copy = join(root, 'left')
    cpSync(killed.folder, copy, { recursive: true })
    killed.close()
    rmSync(killed.folder, { recursive: true })
    const withoutShm = join(root, 'without-shm')
    cpSync(copy, withoutShm, { recursive: true })
    rmSync(join(withoutShm, 'journal.sqlite-shm'))
    const folders = [run.folder, copy, withoutShm]
    chmodSync(root, 0o755)
    for (const folder of folders) chmodSync(folder, 0o555)
    const program = `if (process.getuid?.() === 0) { process.setgid(65534); process.setuid(65534) }
      const { readRun } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))})
      const { listRuns } = await import(${JSON.stringify(import.meta.resolve('./testing/list-runs.ts'))})
      console.log(JSON.stringify([
        ...${JSON.stringify(folders)}.map((folder) => readRun(folder).steps().length),
        ...listRuns(${JSON.stringify(root)}).map(({ name, state }) => name + ' ' + state.state).sort(),
      ]))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    for (const folder of folders) chmodSync(folder, 0o755)
    assert.deepEqual(stderr === '' ? JSON.parse(stdout) : stderr, [
      1,
      1,
      1,
      'left killed',
      'run unknown',
      'without-shm killed',
    ])
  })
})

describe('records', () => {
  test('come back as they went in', () => {
    const run = make()
    const scored = rollout({
      rollout: 1,
      score: { kind: 'scored', reward: 10, parts: [], isCorrect: true, verdict: 'true', reason: '' },
    })
    run.recordRollout(scored)
    run.recordEvaluation(evaluation('before', 0))
    run.recordStep(step(1, { reward: Number.NaN, b: 1 }))
    const waiting = { kind: 'waiting', operation: 'sample', state: 'paused', reason: null, waitedMs: 9 } as const
    run.event(waiting)
    run.close()
    const reader = readRun(run.folder)
    assert.deepEqual(reader.findRollout(scored), scored)
    assert.equal(reader.findRollout({ ...scored, rollout: 2 }), undefined)
    assert.deepEqual(reader.evaluations(), [evaluation('before', 0)])
    assert.deepEqual(reader.steps(), [step(1, { reward: Number.NaN, b: 1 })])
    assert.deepEqual(
      reader.since(0).map(({ id: _, at: __, ...event }) => event),
      [
        { kind: 'evaluation', record: evaluation('before', 0) },
        { kind: 'step', record: step(1, { reward: Number.NaN, b: 1 }) },
        waiting,
      ],
    )
    reader.close()
  })

  test('digests say of each rollout what its record does, texts and tokens aside', () => {
    const run = make()
    const score = { kind: 'scored', reward: -5, parts: [{ name: 'correctness', value: -5 }], isCorrect: false } as const
    const failures = [{ boundary: 'sandbox', code: 'name-error', message: 'The program raised "x"' }] as const
    const failed = { ...plainOutcome, outcome: 'failed', data: { ...plainOutcome.data, outcome: 'failed' } }
    run.recordRollout(rollout({ outcome: failed, failures, advantage: -0.25 }))
    run.recordRollout(rollout({ rollout: 1, score: { ...score, verdict: 'false', reason: 'no' } }))
    assert.deepEqual(run.rolloutDigests({ step: 1, position: 0 }), run.rollouts().map(digestOf))
    assert.deepEqual(
      run.rolloutDigests({ rollout: 1 }).map(({ outcome }) => outcome),
      [''],
    )
    run.close()
  })

  test('calls are found by key, a good answer before a failed one, and all of them count', () => {
    const run = make()
    const bad = { failure: 'empty-content', status: 200, inputTokens: 3, outputTokens: 0, costUsd: 0.25, latencyMs: 1 }
    const failure = { boundary: 'judge', code: 'empty-content', message: 'empty.' } as const
    run.calls.put(
      callRecordOf('a', {
        failure,
        response: null,
        attempts: [bad, bad],
        costUsd: 0.5,
        inputTokens: 6,
        outputTokens: 0,
      }),
    )
    assert.equal(run.calls.get('a')?.failure?.code, 'empty-content')
    run.calls.put(callRecordOf('a', { attempts: [bad, ...callRecordOf('a').attempts], costUsd: 0.75 }))
    run.calls.put(callRecordOf('a', { failure, attempts: [bad], costUsd: 0.25 }))
    run.calls.put(callRecordOf('b', { purpose: 'executor/Review' }))
    assert.equal(run.calls.get('a')?.failure, null)
    assert.equal(run.calls.get('z'), undefined)
    const estimated = { attempts: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
    assert.deepEqual(run.callTotals(), {
      'executor/Review': {
        estimated,
        calls: 1,
        failedCalls: 0,
        attempts: 1,
        failures: {},
        inputTokens: 3,
        outputTokens: 1,
        costUsd: 0.5,
      },
      judge: {
        estimated,
        calls: 3,
        failedCalls: 2,
        attempts: 5,
        failures: { 'empty-content': 4 },
        inputTokens: 12,
        outputTokens: 2,
        costUsd: 1.5,
      },
    })
    assert.deepEqual([run.spentUsd(), listRuns(root)[0]?.costUsd], [2, 2])
    run.close()
    const again = openRun(run.folder)
    again.calls.put(callRecordOf('c'))
    assert.equal(again.spentUsd(), 2.5)
    again.close()
  })

  test('a full disk becomes an error with a fix; what was recorded stays, and writing goes on once there is room', () => {
    const database = openJournal(join(root, 'full.sqlite'), 'write')
    const statements = new Statements(database)
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    database.exec(`PRAGMA max_page_count = ${pages + 20}`)
    let recorded = 0
    const error = refusal(() => {
      for (; recorded < 1000; recorded++)
        writeCall(statements, callRecordOf(`k${recorded}`, { response: 'x'.repeat(2000) }))
    })
    assert.match(error.message, /^an LLM call .* could not be written: .*full/)
    assert.match(error.hint ?? '', /Make room/)
    assert.equal(error.exitCode, 3)
    const stepError = refusal(() =>
      statements.durably('step 1', () => {
        writeStep(statements, step(1))
        for (let i = 0; i < 50; i++) writeRollout(statements, rollout({ rollout: i, text: 'x'.repeat(2000) }))
      }),
    )
    assert.equal(stepError.code, 'write-failed')
    assert.deepEqual(readPoints(statements, 'step'), [])
    database.exec('PRAGMA max_page_count = 100000')
    for (let i = 0; i < recorded; i++) assert.ok(readCall(statements, `k${i}`), `k${i}`)
    writeCall(statements, callRecordOf('later'))
    database.close()
  })
})

describe('metrics.jsonl', () => {
  const text = (run: { folder: string }): string => readFileSync(join(run.folder, 'metrics.jsonl'), 'utf8')

  test('has a line a step and evaluation, keys sorted, timing last', () => {
    const run = make()
    run.recordEvaluation(evaluation('before', 0))
    run.recordStep(
      step(1, {
        'time/step_s': 2,
        reward: 0.1,
        'workflow/valid_rate': 1,
        'clip_ratio/low_mean': 0,
        kl: Number.POSITIVE_INFINITY,
      }),
    )
    assert.equal(
      text(run),
      '{"step":0,"evaluation":"before","split":"validation","decoding":"greedy","accuracy":0.5}\n' +
        '{"step":1,"clip_ratio/low_mean":0,"kl":null,"reward":0.1,"workflow/valid_rate":1,"time/step_s":2}\n',
    )
    run.close()
  })

  test('does not depend on the order in which metrics were put together', () => {
    const run = make()
    const metrics = fc.dictionary(fc.string(), fc.double({ noNaN: true }), { maxKeys: 8 })
    let number = 0
    fc.assert(
      fc.property(metrics, fc.integer(), (values, seed) => {
        const entries = Object.entries(values)
        const shuffled = Object.fromEntries(
          entries
            .map((entry, index) => ({ entry, at: (index * 7919 + seed) % 13 }))
            .sort((a, b) => a.at - b.at)
            .map(({ entry }) => entry),
        )
        run.recordStep(step(++number, values))
        run.recordStep(step(++number, shuffled))
        const [first, second] = text(run).trimEnd().split('\n').slice(-2)
        assert.equal(first?.replace(/"step":\d+/, ''), second?.replace(/"step":\d+/, ''))
      }),
      { numRuns: 25 },
    )
    run.close()
  })

  const harms: readonly (readonly [name: string, harm: (path: string) => void])[] = [
    ['a torn last line', (path) => truncateSync(path, readFileSync(path).length - 5)],
    ['a line too many', (path) => appendFileSync(path, '{"step":9')],
    ['a changed line', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('reward', 'rewind'))],
    ['a missing file', (path) => rmSync(path)],
  ]
  for (const [name, harm] of harms) {
    test(`is mended from the journal on opening: ${name}`, () => {
      const run = make()
      for (const number of [1, 2, 3]) run.recordStep(step(number))
      const whole = text(run)
      run.close()
      harm(join(run.folder, 'metrics.jsonl'))
      assert.notEqual(existsSync(join(run.folder, 'metrics.jsonl')) ? text(run) : '', whole)
      openRun(run.folder).close()
      assert.equal(text(run), whole)
    })
  }

  test('after a rewind is the same bytes up to that step, and goes on from there', () => {
    const run = make()
    run.recordEvaluation(evaluation('before', 0))
    for (const number of [1, 2]) run.recordStep(step(number))
    run.recordEvaluation(evaluation('step-2', 2))
    const prefix = text(run)
    for (const number of [3, 4]) run.recordStep(step(number))
    run.recordEvaluation(evaluation('after', 4))
    const whole = text(run)
    run.rewindTo(2)
    assert.equal(text(run), prefix)
    assert.deepEqual(
      run.evaluations().map(({ label }) => label),
      ['before', 'step-2'],
    )
    for (const number of [3, 4]) run.recordStep(step(number))
    run.recordEvaluation(evaluation('after', 4))
    assert.equal(text(run), whole)
    assert.deepEqual(
      run.since(0, { kinds: ['rewind'] }).map((event) => event.kind === 'rewind' && event.step),
      [2],
    )
    run.close()
  })

  test('an evaluation recorded again changes its line in place', () => {
    const run = make()
    run.recordEvaluation(evaluation('before', 0, 0.5))
    run.recordStep(step(1))
    run.recordEvaluation(evaluation('before', 0, 0.75))
    assert.match(text(run), /^\{"step":0.*"accuracy":0\.75\}\n\{"step":1/)
    run.close()
  })

  test('a rewind keeps rollouts and calls, so that they are not bought again, and drops later checkpoints', async () => {
    const run = make()
    run.calls.put(callRecordOf('a'))
    for (const number of [1, 2]) {
      run.recordStep(step(number), [rollout({ step: number })])
      await run.checkpoints.save(number, { number }, async (at) => writeFileSync(join(at, 'weights'), `${number}`))
    }
    run.rewindTo(1)
    assert.equal(run.calls.get('a')?.key, 'a')
    assert.equal(run.rollouts({ step: 2 }).length, 1)
    assert.equal(run.checkpoints.latest()?.step, 1)
    run.close()
  })
})

describe('the manifest', () => {
  test('is kept free of secrets', () => {
    const argv = [
      'train',
      '--api-key',
      'abc',
      '--llm.token=abc',
      '--set',
      'llm.executor.baseUrl=http://me:pw@host/v1',
      'sk-abcdefghijk',
    ]
    assert.deepEqual(withoutSecrets(argv), [
      'train',
      '--api-key',
      '***',
      '--llm.token=***',
      '--set',
      'llm.executor.baseUrl=http://***@host/v1',
      '***',
    ])
  })

  test('other data than the run began with are refused unless forced', () => {
    const recorded = origin.datasets
    const changed = { train: { path: 'data/train.jsonl', fingerprint: 'sha256:2', rows: 4 } }
    assert.deepEqual(checkDatasets(recorded, recorded), [])
    const error = refusal(() => checkDatasets(recorded, changed))
    assert.match(error.message, /train \(data\/train\.jsonl\) has 4 rows and another fingerprint than the 3 rows/)
    assert.match(error.hint ?? '', /--force/)
    assert.deepEqual(checkDatasets(recorded, changed, true), ['train'])
    assert.throws(() => checkDatasets(recorded, {}), /no longer given/)
  })
})
