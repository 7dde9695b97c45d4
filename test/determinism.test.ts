/**
 * The same seed gives the same run, whatever runs at the same time: `metrics.jsonl` to the byte but for `time/` fields,
 * and every rollout but for its `timing`. Both with a quiet server and with one that fails and answers out of order.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startSimulator } from '../src/simulation/index.ts'
import { timelessMetrics, type WholeRun, wholeRun } from './whole-run.ts'

let root = ''
before(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-determinism-'))
})
after(() => rmSync(root, { recursive: true, force: true }))

const size = [
  'training.steps=2',
  'training.problemsPerStep=5',
  'training.groupSize=3',
  'training.evaluateEvery=1',
  'training.loss.klCoefficient=0.05',
  'evaluation.problems=3',
  'evaluation.during.problems=3',
  'llm.executor.inputPerMillionUsd=1',
  'llm.executor.outputPerMillionUsd=3',
]

/** What a rollout says besides how long it took. */
function timeless({ rollouts }: WholeRun): string[] {
  return rollouts.map((rollout) => JSON.stringify(rollout, (name, value) => (name === 'timing' ? undefined : value)))
}

function assertSame(one: WholeRun, other: WholeRun): void {
  timeless(one).forEach((line, i) => {
    assert.equal(timeless(other)[i], line)
  })
  assert.equal(timelessMetrics(other.folder), timelessMetrics(one.folder))
}

test('the same seed gives the same bytes one rollout at a time and sixteen at a time', async () => {
  const run = (name: string, concurrency: number): Promise<WholeRun> =>
    wholeRun(root, [...size, `run.name=${name}`, `training.concurrency=${concurrency}`])
  const alone = await run('alone', 1)
  const together = await run('together', 16)
  assertSame(alone, together)
  assert.match(timelessMetrics(alone.folder), /"grad_norm"/)
  assert.doesNotMatch(timelessMetrics(alone.folder), /time\//)
})

test('so it does when answers are empty, refused, cut off and late', async () => {
  const run = async (name: string, concurrency: number): Promise<WholeRun> => {
    const simulator = await startSimulator({
      faults: { emptyContent: 0.13, rateLimit: 0.05, reset: 0.02, retryAfterSeconds: 0 },
      latencyMs: { medianMs: 4, sigma: 1 },
      seed: 7,
    })
    try {
      const server = [`llm.executor.baseUrl=${simulator.baseUrl}`, 'llm.executor.model=simulator']
      // Equal programs of a group make equal calls: at once or one after the other, they fail alike.
      const attempts = ['training.sharedDraws=true', 'llm.executor.attempts=2', 'llm.judge.attempts=2']
      // Of five problems more than half can lose a call by chance.
      attempts.push('training.maxUnscorableRate=1')
      const here = [`run.name=${name}`, `training.concurrency=${concurrency}`]
      return await wholeRun(root, [...size, ...server, ...attempts, ...here])
    } finally {
      await simulator.close()
    }
  }
  const alone = await run('alone-with-faults', 1)
  const together = await run('together-with-faults', 16)
  assertSame(alone, together)
  const failures = Object.values(alone.calls).flatMap((calls) => Object.keys(calls.failures))
  for (const kind of ['empty-content', 'rate-limit', 'network'])
    assert.ok(failures.includes(kind), `no ${kind} happened`)
})
