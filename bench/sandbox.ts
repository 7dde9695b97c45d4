/**
 * The Python sandbox: workflows with 3 and 7 operator calls, code runs, checks against hidden tests, boot and memory.
 * CPU and memory of the sandbox processes are read from /proc, so those rows exist on Linux only.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildSnapshot,
  createSandbox,
  type OperatorCall,
  type OperatorReply,
  type Sandbox,
} from '../src/python/index.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const limits = { cpuMs: 5000, wallMs: 60_000, memoryMb: 256, maxOutputChars: 20_000, maxOperatorCalls: 50 }
const names = ['Custom', 'AnswerGenerate', 'Programmer', 'Test', 'Review', 'Revise', 'ScEnsemble']
const operators = names.map((name) => ({ name, parameters: [{ name: 'input', isRequired: true }] }))

const head = `
import scripts.operators as operator
from scripts.async_llm import create_llm_instance
class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.generate = operator.AnswerGenerate(self.llm)
        self.program = operator.Programmer(self.llm)
        self.review = operator.Review(self.llm)
        self.revise = operator.Revise(self.llm)
        self.ensemble = operator.ScEnsemble(self.llm)
    async def __call__(self, problem):
`
const threeCalls = `${head}
        first = await self.generate(input=problem)
        second = await self.program(input=first["response"])
        third = await self.review(input=second["response"])
        return third["response"], self.llm.get_usage_summary()["total_cost"]
`
const sevenCalls = `${head}
        candidates = []
        for index in range(3):
            reply = await self.generate(input=f"{problem} {index}")
            candidates.append(reply["response"])
        best = (await self.ensemble(input=", ".join(candidates)))["response"]
        checked = await self.program(input=best)
        review = await self.review(input=checked["response"])
        if len(review["response"]) > 0:
            best = (await self.revise(input=best))["response"]
        return best, self.llm.get_usage_summary()["total_cost"]
`

/** Operators that take that long, 0 meaning an answer in the same turn of the event loop. */
const performIn =
  (latencyMs: number) =>
  async (call: OperatorCall): Promise<OperatorReply> => {
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
    return {
      kind: 'returned',
      value: { response: `answer ${call.index}` },
      costUsd: 0.001,
      inputTokens: 1,
      outputTokens: 1,
    }
  }

/** A workflow of how many calls, its program, and the aim in workflows/s. */
const workflows = [
  { calls: 3, code: threeCalls, aim: 350 },
  { calls: 7, code: sevenCalls, aim: 200 },
] as const

/** Process ids of our children, as Linux lists them. */
function childIds(): string[] {
  if (!existsSync('/proc/self/task')) return []
  const tasks = readdirSync('/proc/self/task')
  return tasks.flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean))
}

function totalCpuMs(): number {
  const own = process.cpuUsage()
  const ticks = childIds().map((id) => {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  })
  return (own.user + own.system) / 1000 + ticks.reduce((sum, tick) => sum + tick, 0) * 10
}

/** Runs `task` `count` times, `concurrency` at once; three rounds. */
async function rate(count: number, concurrency: number, task: (index: number) => Promise<unknown>) {
  const perSecond: number[] = []
  const cpuMs: number[] = []
  for (let round = 0; round < 3; round += 1) {
    let next = 0
    const cpuBefore = totalCpuMs()
    const startedAt = performance.now()
    const worker = async (): Promise<void> => {
      while (next < count) {
        next += 1
        await task(next)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    perSecond.push((count / (performance.now() - startedAt)) * 1000)
    cpuMs.push((totalCpuMs() - cpuBefore) / count)
  }
  return { perSecond: Math.round(median(perSecond)), cpuMs: Number(median(cpuMs).toFixed(2)) }
}

async function workflowRows(
  sandbox: Sandbox,
  { calls, code, aim }: (typeof workflows)[number],
  latencyMs: number,
  concurrency: number,
): Promise<BenchRow[]> {
  const program = { code, className: 'Workflow', init: { name: 'w', dataset: 'MATH' }, operators, seed: 1 }
  const perform = performIn(latencyMs)
  const { perSecond, cpuMs } = await rate(200, concurrency, async (index) => {
    const result = await sandbox.runWorkflow({ ...program, callArgs: { problem: `problem ${index}` } }, perform, limits)
    if (result.kind !== 'returned') throw new Error(`a bench workflow ended with ${JSON.stringify(result)}`)
  })
  const note = `${cpuMs} ms of CPU each, ${concurrency} in flight, median of 3 x 200`
  const name = `sandbox: workflows of ${calls} calls of ${latencyMs} ms`
  return [{ name, value: perSecond, unit: 'workflows/s', baseline: `aim: ${aim}`, note }]
}

async function bootRows(): Promise<BenchRow[]> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'baton-bench-'))
  try {
    const buildAt = performance.now()
    await buildSnapshot(cacheFolder)
    const buildMs = performance.now() - buildAt
    const bootMs: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const startedAt = performance.now()
      const sandbox = await createSandbox({ cacheFolder, processes: 1 })
      await sandbox.compile('x = 1')
      bootMs.push(performance.now() - startedAt)
      await sandbox.close()
    }
    return [
      { name: 'sandbox: making the snapshot, once', value: Math.round(buildMs), unit: 'ms' },
      {
        name: 'sandbox: boot from the snapshot, to the first answer',
        value: Math.round(median(bootMs)),
        unit: 'ms',
        baseline: 'aim: under 600',
        note: 'a new process, median of 3',
      },
    ]
  } finally {
    rmSync(cacheFolder, { recursive: true })
  }
}

function childMegabytes(): number[] {
  return childIds().map((id) => {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))
    return Math.round((Number(line?.[1] ?? 0) * 1024) / 1e6)
  })
}

/** Memory of a process that holds so many workflows in flight, all of them waiting for an operator. */
async function memoryWith(interpretersPerProcess: number): Promise<number | undefined> {
  const sandbox = await createSandbox({ processes: 1, interpretersPerProcess })
  const all = Promise.withResolvers<void>()
  let waiting = 0
  const program = { code: threeCalls, className: 'Workflow', init: { name: 'w', dataset: 'MATH' }, operators, seed: 1 }
  const runs = Array.from({ length: interpretersPerProcess }, () =>
    sandbox.runWorkflow(
      { ...program, callArgs: { problem: 'p' } },
      async (call) => {
        waiting += 1
        if (waiting === interpretersPerProcess) all.resolve()
        await all.promise
        return performIn(0)(call)
      },
      limits,
    ),
  )
  await Promise.all(runs)
  const [megabytes] = childMegabytes()
  await sandbox.close()
  return megabytes
}

async function memoryRows(): Promise<BenchRow[]> {
  const one = await memoryWith(1)
  const nine = await memoryWith(9)
  if (one === undefined || nine === undefined) return []
  return [
    { name: 'sandbox: memory of a process with one slot', value: one, unit: 'MB' },
    { name: 'sandbox: memory of each further slot', value: Math.round((nine - one) / 8), unit: 'MB', note: 'of 8' },
  ]
}

export async function sandboxBench(): Promise<BenchRow[]> {
  const rows = await bootRows()
  const sandbox = await createSandbox()
  try {
    for (const workflow of workflows) {
      for (const latencyMs of [0, 5]) rows.push(...(await workflowRows(sandbox, workflow, latencyMs, 8)))
    }
    // More in flight than there are interpreters.
    rows.push(...(await workflowRows(sandbox, workflows[0], 5, 32)))
    const code = await rate(200, 2, () =>
      sandbox.runCode({ code: 'def solve(): return 42', call: 'solve', seed: 1 }, limits),
    )
    rows.push({
      name: 'sandbox: code runs',
      value: code.perSecond,
      unit: 'runs/s',
      note: `${code.cpuMs} ms of CPU each`,
    })
    const tests = ['assert f(2) == 4', 'assert f(3) == 9', 'def check(candidate):\n    assert candidate(1.5) == 2.25']
    const check = { code: 'def f(x): return x * x', entryPoint: 'f', tests, seed: 1 }
    const checks = await rate(200, 2, () => sandbox.checkCode(check, limits))
    rows.push({
      name: 'sandbox: checks',
      value: checks.perSecond,
      unit: 'checks/s',
      baseline: 'aim: 200',
      note: `three tests, ${checks.cpuMs} ms of CPU each`,
    })
    rows.push({
      name: 'sandbox: memory of a process after all this',
      value: median(childMegabytes()),
      unit: 'MB',
      note: 'four workflow interpreters, one for code, one for tests',
    })
  } finally {
    await sandbox.close()
  }
  rows.push(...(await memoryRows()))
  const load = loadavg().map((value) => value.toFixed(1))
  rows.push({
    name: 'sandbox: load of the machine',
    value: Number(load[0]),
    unit: '',
    note: `${load.join(', ')} over 1, 5, 15 minutes`,
  })
  return rows
}
