/**
 * Full rollouts against the simulator with 5 ms latency: the fixed workflows of every type go through
 * `environment.attempt` (parse, validate, sandbox, operators, client, scorer or judge). The simulator answers in a
 * process of its own, so that the CPU time of this one and of its sandbox processes is what a rollout costs outside of
 * the LLM and the policy. Run as `rollouts.ts serve`, it is that simulator.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../src/config/index.ts'
import { loadProblems } from '../src/datasets/index.ts'
import { createChatModel } from '../src/llm/index.ts'
import { createPythonAnalyzer } from '../src/python/analysis/index.ts'
import { createSandbox } from '../src/python/index.ts'
import { createJudge, presetComposition } from '../src/rewards/index.ts'
import { startSimulator } from '../src/simulation/index.ts'
import { type AttemptOutcome, type Environment, mapConcurrently } from '../src/training/index.ts'
import { createWorkflowEnvironment } from '../src/workflows/index.ts'
import { baselineProgram, baselines } from '../src/workflows/programs/index.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const latencyMs = 5
const perRound = 256
const repetitions = 3
const completion = { tokens: [], logprobs: [], stopReason: 'stop' } as const

type Attempt = (round: number, index: number) => Promise<AttemptOutcome>

export async function rolloutsBench(): Promise<BenchRow[]> {
  const server = fork(import.meta.filename, ['serve'])
  const [baseUrl] = (await once(server, 'message')) as [string]
  const { config } = loadConfig()
  const executor = createChatModel({ baseUrl, model: 'simulator' })
  const sandbox = await createSandbox(config.sandbox)
  try {
    const environment = createWorkflowEnvironment({
      executor,
      judge: createJudge({ model: executor, attempts: 3 }),
      sandbox,
      analyzer: await createPythonAnalyzer(),
      rewards: presetComposition(config.rewards),
      limits: config.sandbox,
      promptStyle: 'brief',
      promptMaxTokens: config.policy.promptMaxTokens,
    })
    const attempt = await attemptsOf(environment)
    await measure(attempt, 0, 16)
    return [...(await rowsAt(attempt, 16)), ...(await rowsAt(attempt, 32))]
  } finally {
    await sandbox.close()
    await executor.close()
    server.kill()
  }
}

/** Every fixed workflow on every problem type it is for, over the shipped problems, in turn. */
async function attemptsOf(environment: Environment): Promise<Attempt> {
  const { problems } = await loadProblems(join(import.meta.dirname, '..', 'data', 'problems', 'train.jsonl'), {
    skipBadRows: false,
  })
  const { signal } = new AbortController()
  return async (round, index) => {
    const problem = problems[(round * perRound + index) % problems.length]
    if (problem === undefined) throw new Error('there are no shipped problems')
    const programs = baselines.flatMap(({ name }) => baselineProgram(name, problem.type) ?? [])
    const program = programs[index % programs.length] as string
    const outcome = await environment.attempt(problem, program, completion, { key: ['bench', round, index], signal })
    if (outcome.record.outcome !== 'answered' && outcome.failures.some(({ boundary }) => boundary !== 'policy')) {
      throw new Error(`a bench rollout ended with ${JSON.stringify(outcome.failures)}`)
    }
    return outcome
  }
}

async function rowsAt(attempt: Attempt, concurrency: number): Promise<BenchRow[]> {
  const rounds: Round[] = []
  for (let round = 1; round <= repetitions; round++)
    rounds.push(await measure(attempt, concurrency + round, concurrency))
  const of = (figure: keyof Round): number => median(rounds.map((round) => round[figure]))
  const note = `fixed workflows, ${of('calls').toFixed(1)} LLM calls each, median of ${repetitions} times ${perRound}`
  const sandboxShare = existsSync('/proc/self') ? `, of it ${of('sandboxCpuMs').toFixed(1)} in the sandbox` : ''
  return [
    {
      name: `rollouts, ${concurrency} at once, ${latencyMs} ms latency`,
      value: Math.round(of('perSecond')),
      unit: 'rollouts/s',
      note,
    },
    {
      name: `rollouts, ${concurrency} at once, CPU time outside the LLM and the policy`,
      value: Number((of('ownCpuMs') + of('sandboxCpuMs')).toFixed(1)),
      unit: 'ms',
      note: `a rollout${sandboxShare}`,
    },
  ]
}

interface Round {
  readonly perSecond: number
  readonly ownCpuMs: number
  readonly sandboxCpuMs: number
  /** LLM calls of a rollout. */
  readonly calls: number
}

async function measure(attempt: Attempt, round: number, concurrency: number): Promise<Round> {
  const cpuBefore = process.cpuUsage()
  const sandboxBefore = childrenCpuMs()
  const startedAt = performance.now()
  const outcomes = await mapConcurrently(Array.from({ length: perRound }), concurrency, (_, i) => attempt(round, i))
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  return {
    perSecond: perRound / seconds,
    ownCpuMs: (cpu.user + cpu.system) / 1000 / perRound,
    sandboxCpuMs: (childrenCpuMs() - sandboxBefore) / perRound,
    calls: outcomes.reduce((sum, { llmCalls }) => sum + llmCalls, 0) / perRound,
  }
}

/** CPU time of this process's children but for the simulator, as Linux reports it; elsewhere 0. */
function childrenCpuMs(): number {
  const tasks = '/proc/self/task'
  if (!existsSync(tasks)) return 0
  const ids = readdirSync(tasks).flatMap((task) =>
    readFileSync(`${tasks}/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  const sandboxes = ids.filter((id) => readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('sandbox-child'))
  const ticks = sandboxes.map((id) => {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  })
  return ticks.reduce((sum, tick) => sum + tick, 0) * 10
}

async function serve(): Promise<void> {
  const { baseUrl } = await startSimulator({ latencyMs, inWorker: false })
  process.send?.(baseUrl)
  process.once('disconnect', () => process.exit(0))
}

if (process.argv[1] === import.meta.filename && process.argv[2] === 'serve') await serve()
