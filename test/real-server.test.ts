/**
 * Real problems through a real model behind a real server: GSM8K's form of rows, llama.cpp's server as executor and
 * judge. The answers are poor where the weights are random; the accounting must not be: the journal agrees with the
 * server's own counters to the token.
 *
 * Skipped unless both are set:
 *   BATON_LLAMA_SERVER  path of a `llama-server`: from a release of llama.cpp, or built from its source
 *                       (`cmake -B build && cmake --build build --target llama-server`)
 *   BATON_GGUF          path of any small chat model as GGUF, random weights included, with a context of 4,096 or more
 * and optionally
 *   BATON_GSM8K         path of GSM8K's test.jsonl; a few rows of its form stand in for it
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { baton } from '../src/cli/testing/command-line.ts'
import type { RolloutRecord } from '../src/core/records.ts'
import { completion, json, type Quirk, type QuirkServer, startQuirkServer } from '../src/llm/testing/quirk-server.ts'
import { readRun } from '../src/runs/index.ts'

const serverPath = process.env['BATON_LLAMA_SERVER'] ?? ''
const modelPath = process.env['BATON_GGUF'] ?? ''
const isThere = existsSync(serverPath) && existsSync(modelPath)
const skip = isThere ? false : 'set BATON_LLAMA_SERVER and BATON_GGUF to a llama-server and a model (see the header)'

let root = ''
before(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-real-server-'))
  const rows = problemRows()
  writeFileSync(join(root, 'train.jsonl'), rows.slice(0, -20).join('\n'))
  writeFileSync(join(root, 'validation.jsonl'), rows.slice(-20).join('\n'))
})
after(() => rmSync(root, { recursive: true, force: true }))

function problemRows(): string[] {
  const path = process.env['BATON_GSM8K']
  if (path !== undefined) return readFileSync(path, 'utf8').trim().split('\n')
  return Array.from({ length: 60 }, (_, i) => {
    const [bags, apples] = [2 + (i % 9), 3 + (i % 7)]
    const question = `Ann has ${bags} bags with ${apples} apples each and eats ${i % 4} of them. How many are left (${i})?`
    const total = bags * apples
    return JSON.stringify({ question, answer: `${bags} * ${apples} = ${total}\n#### ${total - (i % 4)}` })
  })
}

/** Two steps; the judge decides everything, so that there is much to judge. */
function settings(name: string, executorUrl: string, model: string): string[] {
  const keys = [
    `run.name=${name}`,
    'training.steps=2',
    'training.problemsPerStep=4',
    'training.groupSize=4',
    'training.warmupSteps=0',
    'training.evaluateEvery=0',
    'training.checkpointEvery=1',
    'training.maxUnscorableRate=1',
    'training.concurrency=8',
    'training.loss.klCoefficient=0.05',
    'evaluation.problems=8',
    'evaluation.baselines.searchProblems=0',
    'rewards.preset=judge-only',
    'data.train=train.jsonl',
    'data.validation=validation.jsonl',
    `llm.executor.baseUrl=${executorUrl}`,
    `llm.executor.model=${model}`,
    'llm.executor.maxTokens=96',
    'llm.judge.maxTokens=64',
    'llm.executor.inputPerMillionUsd=0.5',
    'llm.executor.outputPerMillionUsd=2',
  ]
  return keys.flatMap((key) => ['--set', key])
}

interface LlamaServer {
  readonly baseUrl: string
  /** Tokens since it started, as it counts them itself. */
  counted(): Promise<{ inputTokens: number; outputTokens: number }>
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()
after(() => {
  for (const child of running) child.kill('SIGKILL')
})

async function startLlama(port: number): Promise<LlamaServer> {
  const args = ['-m', modelPath, '--host', '127.0.0.1', '--port', String(port), '--alias', 'm', '--metrics']
  const child = spawn(serverPath, [...args, '-c', '16384', '-np', '4', '-t', '1'], { stdio: 'ignore' })
  running.add(child)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const address = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${address}/health`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    assert.equal(child.exitCode, null, `${serverPath} ended with ${child.exitCode}`)
    await sleep(100)
  }
  return {
    baseUrl: `${address}/v1`,
    counted: async () => {
      const text = await (await fetch(`${address}/metrics`)).text()
      const read = (name: string): number => Number(new RegExp(`^llamacpp:${name} (\\d+)`, 'm').exec(text)?.[1])
      return {
        inputTokens: read('prompt_tokens_total') + read('prompt_tokens_cached_total'),
        outputTokens: read('tokens_predicted_total'),
      }
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
      running.delete(child)
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

interface Account {
  readonly calls: number
  readonly failedCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  readonly probes: number
  readonly probeUsd: number
  readonly rollouts: readonly RolloutRecord[]
  readonly report: string
}

function accountOf(name: string): Account {
  const folder = join(root, 'runs', name)
  const run = readRun(folder)
  try {
    const totals = run.callTotals()
    const sum = (of: (total: (typeof totals)[string]) => number): number =>
      Object.values(totals).reduce((all, total) => all + of(total), 0)
    const reportPath = join(folder, 'report.md')
    return {
      calls: sum(({ calls }) => calls),
      failedCalls: sum(({ failedCalls }) => failedCalls),
      inputTokens: sum(({ inputTokens }) => inputTokens),
      outputTokens: sum(({ outputTokens }) => outputTokens),
      costUsd: run.spentUsd(),
      probes: totals['probe']?.calls ?? 0,
      probeUsd: totals['probe']?.costUsd ?? 0,
      rollouts: run.rollouts(),
      report: existsSync(reportPath) ? readFileSync(reportPath, 'utf8') : '',
    }
  } finally {
    run.close()
  }
}

const sumOf = (rollouts: readonly RolloutRecord[], of: (rollout: RolloutRecord) => number): number =>
  rollouts.reduce((sum, rollout) => sum + of(rollout), 0)

function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`)
}

/** Where the judge failed there is no reward, and no reward was made of it. */
function assertNoneWrongByJudge(rollouts: readonly RolloutRecord[]): void {
  for (const { failures, score } of rollouts) {
    if (failures.some(({ boundary }) => boundary === 'judge')) assert.equal(score.kind, 'unscorable')
  }
}

describe("a real model behind llama.cpp's server", { skip }, () => {
  test('two steps: every call, token and dollar is in the journal, and the server counts the same', async () => {
    const server = await startLlama(await freePort())
    const { code, stderr } = await baton(root, [
      'train',
      '--accept-low-signal',
      ...settings('whole', server.baseUrl, 'm'),
    ])
    assert.equal(code, 0, stderr)
    const account = accountOf('whole')
    const { inputTokens, outputTokens } = account
    assert.deepEqual({ inputTokens, outputTokens }, await server.counted())
    await server.kill()

    assert.ok(account.costUsd > 0)
    assertNear(account.costUsd, (0.5 * inputTokens + 2 * outputTokens) / 1e6)
    assert.equal(account.probes, 1)
    assert.equal(account.rollouts.length, 8 + 2 * 16 + 8)
    assertNoneWrongByJudge(account.rollouts)
    // Calls that the last evaluation shares with the first are not bought again, and stand in both records.
    const bought = account.rollouts.filter(({ label }) => label !== 'after')
    const reused = sumOf(account.rollouts, ({ llmCalls }) => llmCalls) - (account.calls - account.probes)
    const after = account.rollouts.filter(({ label }) => label === 'after')
    assert.ok(reused >= 0 && reused <= sumOf(after, ({ llmCalls }) => llmCalls), `${reused} calls`)
    assert.ok(sumOf(bought, ({ costUsd }) => costUsd) + account.probeUsd <= account.costUsd + 1e-9)
    assert.ok(sumOf(account.rollouts, ({ costUsd }) => costUsd) + account.probeUsd >= account.costUsd - 1e-9)
    assert.match(account.report, new RegExp(`total \\| ${account.calls} \\|.*\\$${account.costUsd.toFixed(4)}`))
  })

  test('a server that dies in mid-step: exit code 3, then resumed without buying an answer twice', async () => {
    const port = await freePort()
    const first = await startLlama(port)
    let died: Promise<void> | null = null
    const args = ['train', '--accept-low-signal', ...settings('killed', first.baseUrl, 'm')]
    const onOutput = (output: string): void => {
      if (output.includes('step     1/2')) died ??= sleep(200).then(first.kill)
    }
    const stopped = await baton(root, args, { onOutput })
    await died
    assert.equal(stopped.code, 3, stopped.stderr)
    assert.match(stopped.stderr, /\(network\).*\n.*then resume\.\n.*--resume runs\/killed/)
    const before = accountOf('killed')
    assert.ok(before.failedCalls > 0)

    const second = await startLlama(port)
    const resumed = await baton(root, ['train', '--resume', 'runs/killed'])
    assert.equal(resumed.code, 0, resumed.stderr)
    const whole = accountOf('killed')
    const counted = await second.counted()
    await second.kill()
    assert.equal(whole.inputTokens - before.inputTokens, counted.inputTokens)
    assert.equal(whole.outputTokens - before.outputTokens, counted.outputTokens)
    assert.equal(whole.failedCalls, before.failedCalls)
    const outages = whole.rollouts.filter(({ failures }) => failures.some(({ code }) => code === 'network'))
    assert.equal(outages.length, 0)
    const answered = whole.calls - whole.failedCalls - whole.probes
    const trained = whole.rollouts.filter(({ label }) => label !== 'after')
    assert.ok(answered >= sumOf(trained, ({ llmCalls }) => llmCalls))
  })
})

/** Answers the probe's short question and nothing else. */
const fallsSilent: Quirk = (response, { body }) => {
  const isProbe = JSON.stringify(body['messages']).includes('the one word: ready')
  json(response, 200, completion({ content: isProbe ? 'ready' : '' }))
}

async function trainWithSilentJudge(name: string, executor: readonly string[]): Promise<Account> {
  const judge = await startQuirkServer({
    'GET /v1/models': (response) => json(response, 200, { object: 'list', data: [{ id: 'silent' }] }),
    silent: fallsSilent,
  })
  try {
    return await trainAgainst(judge, name, executor)
  } finally {
    await judge.close()
  }
}

async function trainAgainst(judge: QuirkServer, name: string, executor: readonly string[]): Promise<Account> {
  const judgeKeys = [`llm.judge.baseUrl=${judge.baseUrl}`, 'llm.judge.model=silent', 'llm.judge.attempts=2']
  const prices = ['llm.judge.inputPerMillionUsd=1', 'llm.judge.outputPerMillionUsd=1']
  const keys = [...judgeKeys, ...prices].flatMap((key) => ['--set', key])
  const { code, stderr } = await baton(root, ['train', '--accept-low-signal', ...executor, ...keys])
  assert.equal(code, 0, stderr)
  const account = accountOf(name)
  const graded = account.rollouts.filter(({ failures }) => failures.some(({ boundary }) => boundary === 'judge'))
  assert.ok(graded.length > 0)
  assertNoneWrongByJudge(account.rollouts)
  // Each call of the judge was tried twice at 10 + 5 tokens, and the probe once; all of it is paid for.
  const judgeTurns = judge.turns.filter(({ path }) => path.endsWith('/chat/completions')).length
  const run = readRun(join(root, 'runs', name))
  const { judge: judged, 'judge-trial': tried, probe } = run.callTotals()
  run.close()
  const both = [judged, tried].filter((totals) => totals !== undefined)
  const sum = (of: (totals: (typeof both)[number]) => number): number => both.reduce((all, one) => all + of(one), 0)
  assert.equal(
    sum(({ attempts }) => attempts),
    judgeTurns - 1,
  )
  for (const { failures, attempts, calls, failedCalls } of both) {
    assert.equal(failedCalls, calls)
    assert.deepEqual(failures, { 'empty-content': attempts })
  }
  assertNear(
    sum(({ costUsd }) => costUsd),
    ((judgeTurns - 1) * 15) / 1e6,
  )
  assert.ok((probe?.calls ?? 0) >= 1)
  assert.match(account.report, /judge\/empty-content/)
  return account
}

test('a judge that falls silent: its rollouts are unscorable, never wrong, and every try is accounted for', async () => {
  const executor = settings('simulated', 'simulator', 'simulator')
  await trainWithSilentJudge('simulated', ['--preset', 'tiny', ...executor])
})

test('the same with a real model as executor', { skip }, async () => {
  const server = await startLlama(await freePort())
  const account = await trainWithSilentJudge('silent', settings('silent', server.baseUrl, 'm'))
  const counted = await server.counted()
  await server.kill()
  const run = readRun(join(root, 'runs', 'silent'))
  const { judge } = run.callTotals()
  run.close()
  // The silent judge's own probe: 10 and 5 tokens.
  assert.equal(account.inputTokens - (judge?.inputTokens ?? 0) - 10, counted.inputTokens)
  assert.equal(account.outputTokens - (judge?.outputTokens ?? 0) - 5, counted.outputTokens)
})
