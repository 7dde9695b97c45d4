/**
 * `baton train` is killed at random moments and goes on where it stood: what comes out is what an undisturbed run gives,
 * no answer is bought twice, no process is left behind. Interrupts by Ctrl-C likewise.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { randomFor } from '../src/core/random.ts'
import { type RunReader, readRun, runStateText } from '../src/runs/index.ts'
import { listRuns } from '../src/runs/testing/list-runs.ts'
import { type CountingServer, startCountingServer } from './counting-server.ts'
import { childrenOf, isRunning } from './processes.ts'
import { timelessMetrics } from './whole-run.ts'

const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
/** Calls of executor and judge, each, at most. */
const inFlight = 32
const settings = [
  'training.steps=4',
  'training.problemsPerStep=4',
  'training.groupSize=3',
  'training.checkpointEvery=2',
  'training.evaluateEvery=2',
  'training.loss.klCoefficient=0.05',
  'evaluation.problems=2',
  'evaluation.during.problems=2',
  'llm.executor.model=simulator',
  'llm.executor.outputPerMillionUsd=1',
  `llm.executor.concurrency=${inFlight}`,
]

let root = ''
let server: CountingServer
/** The undisturbed run. */
let calm: { readonly metrics: string; readonly calls: ReadonlyMap<string, number> }

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'baton-crash-'))
  server = await startCountingServer()
  const run = startRun('calm')
  assert.equal(await exitOf(run), 0)
  calm = { metrics: timelessMetrics(folderOf('calm')), calls: callsBought('calm') }
})

after(async () => {
  await server.close()
  rmSync(root, { recursive: true, force: true })
})

const folderOf = (name: string): string => join(root, name)

function startRun(name: string): ChildProcess {
  const set = [...settings, `llm.executor.baseUrl=${server.baseUrl}`, `run.folder=${root}`, `run.name=${name}`]
  return start(['--preset', 'tiny', ...set.flatMap((setting) => ['--set', setting])])
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, 'train', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}

const resumeRun = (name: string): ChildProcess => start(['--resume', folderOf(name)])

/** Exit code, or the signal that ended it. */
async function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode ?? child.signalCode
}

/** How often each call was answered well, by key; the question whether the server is there is asked at every start. */
function callsBought(name: string): Map<string, number> {
  const journal = new DatabaseSync(join(folderOf(name), 'journal.sqlite'), { readOnly: true })
  try {
    const rows = journal
      .prepare("SELECT key, count(*) AS times FROM calls WHERE is_failed = 0 AND purpose <> 'probe' GROUP BY key")
      .all() as { key: string; times: number }[]
    return new Map(rows.map(({ key, times }) => [key, times]))
  } finally {
    journal.close()
  }
}

/** Questions about the server itself, asked at every start. */
function probesOf(name: string): number {
  const journal = new DatabaseSync(join(folderOf(name), 'journal.sqlite'), { readOnly: true })
  try {
    return Number(journal.prepare("SELECT count(*) AS count FROM calls WHERE purpose = 'probe'").get()?.['count'])
  } finally {
    journal.close()
  }
}

/** What was asked of the server in calls whose answers are in the journal. */
function answersKept(name: string): Set<string> {
  const journal = new DatabaseSync(join(folderOf(name), 'journal.sqlite'), { readOnly: true })
  try {
    const rows = journal.prepare("SELECT record FROM calls WHERE is_failed = 0 AND purpose <> 'probe'").all() as {
      record: string
    }[]
    return new Set(rows.map(({ record }) => server.nameOf(JSON.parse(record).request)))
  } finally {
    journal.close()
  }
}

function reading<T>(name: string, read: (run: RunReader) => T): T {
  const run = readRun(folderOf(name))
  try {
    return read(run)
  } finally {
    run.close()
  }
}

/** As `baton runs` shows it. */
function stateOf(name: string): string {
  const run = listRuns(root).find((summary) => summary.name === name)
  return run === undefined ? 'no run' : runStateText(run.state)
}

const lastStep = (name: string): number => reading(name, (run) => run.steps().at(-1)?.step ?? 0)
const latestCheckpoint = (name: string): number | null => reading(name, (run) => run.checkpoints.latest()?.step ?? null)
const resumedAt = (name: string): number[] =>
  reading(name, (run) =>
    run.since(0, { kinds: ['resume'] }).map((event) => (event.kind === 'resume' ? event.step : -1)),
  )

function assertAsUndisturbed(name: string): void {
  assert.equal(timelessMetrics(folderOf(name)), calm.metrics)
  assert.deepEqual(callsBought(name), calm.calls)
}

async function assertAllEnd(pids: readonly number[]): Promise<void> {
  for (let i = 0; i < 400 && pids.some(isRunning); i++) await pause(50)
  assert.deepEqual(pids.filter(isRunning), [], 'processes left behind')
}

test('killed four times at random moments, a run ends as an undisturbed one does', async () => {
  const rng = randomFor('crash-test', 1)
  const kills = 4
  const expectedResumes: number[] = []
  const questionsBefore = server.questions()
  let run = startRun('killed')
  for (let i = 0; i < kills; i++) {
    // A quarter of the calls at the most, so that all kills find a run; an eighth at least, so that some find a checkpoint.
    const eighth = Math.floor(calm.calls.size / 8)
    await server.asked(eighth + rng.integer(eighth))
    await pause(rng.integer(150))
    const children = childrenOf(run.pid)
    if (process.platform === 'linux') assert.ok(children.length > 0, 'the sandbox has a process')
    assert.equal(stateOf('killed'), 'running')
    run.kill('SIGKILL')
    assert.equal(await exitOf(run), 'SIGKILL')
    assert.equal(stateOf('killed'), 'killed')
    await assertAllEnd(children)
    server.refuse(answersKept('killed'))
    const checkpoint = latestCheckpoint('killed')
    if (checkpoint !== null) expectedResumes.push(checkpoint)
    run = resumeRun('killed')
  }
  assert.equal(await exitOf(run), 0)
  assert.equal(stateOf('killed'), 'complete')
  assert.deepEqual(server.refused(), [], 'asked again for what was answered and kept')
  assert.deepEqual(resumedAt('killed'), expectedResumes)
  assert.ok(expectedResumes.length > 0, 'no kill came after a checkpoint')
  const questions = server.questions() - questionsBefore
  const counted = reading('killed', (it) =>
    Object.values(it.callTotals()).reduce((sum, { attempts }) => sum + attempts, 0),
  )
  assert.ok(counted >= questions, `${questions} questions reached the server, ${counted} are in the accounts`)
  // Noted before they go out: a few more may be counted than arrived.
  assert.ok(counted <= questions + 2 * kills * inFlight, `${counted} in the accounts, ${questions} at the server`)
  assertAsUndisturbed('killed')
})

test('Ctrl-C once finishes the step and saves; twice stops at once; both can be resumed', async () => {
  const once = startRun('interrupted')
  await server.asked(Math.floor(calm.calls.size / 3))
  once.kill('SIGINT')
  assert.equal(await exitOf(once), 130)
  assert.equal(stateOf('interrupted'), 'stopped: interrupted')
  const saved = latestCheckpoint('interrupted')
  assert.equal(saved, lastStep('interrupted'))
  assert.ok(saved !== null && saved > 0 && saved < 4, `saved at ${saved}`)

  const twice = resumeRun('interrupted')
  // One question asks whether the server is there.
  await server.asked(3)
  // Only an abort ends a run whose server is silent.
  const release = server.hold()
  await server.asked(1)
  const children = childrenOf(twice.pid)
  assert.equal(stateOf('interrupted'), 'running')
  twice.kill('SIGINT')
  await pause(200)
  assert.equal(twice.exitCode, null)
  twice.kill('SIGINT')
  assert.equal(await exitOf(twice), 130)
  assert.equal(stateOf('interrupted'), 'stopped: interrupted')
  release()
  await assertAllEnd(children)

  assert.equal(await exitOf(resumeRun('interrupted')), 0)
  assert.equal(resumedAt('interrupted')[0], saved)
  assertAsUndisturbed('interrupted')
})

/** Evaluations in their order, each with what it found and the rollouts that it kept. */
const measured = (name: string) =>
  reading(name, (run) =>
    run.evaluations().map(({ label, step, metrics }) => {
      return { label, step, accuracy: metrics['accuracy'], rollouts: run.rollouts({ label, step }).length }
    }),
  )

test('trained further, and killed before its new result is measured, a run loses nothing and measures again', async () => {
  const further = (name: string) => start(['--resume', folderOf(name), '--set', 'training.steps=5'])
  for (const name of ['calm-further', 'killed-further']) cpSync(folderOf('calm'), folderOf(name), { recursive: true })
  assert.equal(await exitOf(further('calm-further')), 0)

  const run = further('killed-further')
  // Behind the questions of a start, the next one is of the new step.
  await server.asked(probesOf('calm-further') - probesOf('calm'))
  const release = server.hold()
  await server.asked(1)
  run.kill('SIGKILL')
  assert.equal(await exitOf(run), 'SIGKILL')
  release()
  const before = measured('calm')
  const renamed = before.map((one) => ({ ...one, label: one.label.replace(/^after/, 'step-4') }))
  assert.notDeepEqual(renamed, before)
  assert.deepEqual(measured('killed-further'), renamed)

  assert.equal(await exitOf(resumeRun('killed-further')), 0)
  assert.deepEqual(measured('killed-further'), measured('calm-further'))
  assert.deepEqual(
    measured('killed-further')
      .map(({ label, step }) => `${label}@${step}`)
      .slice(-2),
    ['after@5', 'after-sampled@5'],
  )
  assert.equal(timelessMetrics(folderOf('killed-further')), timelessMetrics(folderOf('calm-further')))
  assert.deepEqual(callsBought('killed-further'), callsBought('calm-further'))
})

test('a run whose server is gone for good has failed, and says by what', async () => {
  const gone = await startCountingServer()
  const set = [...settings, `llm.executor.baseUrl=${gone.baseUrl}`, `run.folder=${root}`, 'run.name=failed']
  const run = start(['--preset', 'tiny', ...[...set, 'llm.executor.attempts=1'].flatMap((key) => ['--set', key])])
  await gone.asked(Math.floor(calm.calls.size / 4))
  await gone.close()
  assert.equal(await exitOf(run), 3)
  assert.equal(stateOf('failed'), 'failed: network')
})
